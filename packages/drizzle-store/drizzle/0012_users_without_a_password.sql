DROP INDEX `auth_users_status`;--> statement-breakpoint
DROP INDEX `auth_users_role_status`;--> statement-breakpoint
CREATE INDEX `auth_users_status` ON `auth_users` (case when disabled_at is not null then 'disabled' when password_hash is null and last_login_at is null then 'invited' else 'active' end,`id`);--> statement-breakpoint
CREATE INDEX `auth_users_role_status` ON `auth_users` (`role`,case when disabled_at is not null then 'disabled' when password_hash is null and last_login_at is null then 'invited' else 'active' end,`id`);