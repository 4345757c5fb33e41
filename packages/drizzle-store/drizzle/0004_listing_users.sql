DROP INDEX `users_role`;--> statement-breakpoint
ALTER TABLE `users` ADD `search_text` text;--> statement-breakpoint
CREATE INDEX `users_status` ON `users` (case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,`id`);--> statement-breakpoint
CREATE INDEX `users_role_status` ON `users` (`role`,case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,`id`);--> statement-breakpoint
CREATE INDEX `users_role` ON `users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `events_actor_id` ON `events` (`actor_id`,`id`);