DROP INDEX `auth_users_role`;--> statement-breakpoint
ALTER TABLE `auth_users` ADD `search_text` text;--> statement-breakpoint
CREATE INDEX `auth_users_status` ON `auth_users` (case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,`id`);--> statement-breakpoint
CREATE INDEX `auth_users_role_status` ON `auth_users` (`role`,case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,`id`);--> statement-breakpoint
CREATE INDEX `auth_users_role` ON `auth_users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `auth_events_actor_id` ON `auth_events` (`actor_id`,`id`);