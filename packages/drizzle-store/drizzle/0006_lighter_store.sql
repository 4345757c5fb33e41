CREATE TABLE `__new_auth_one_time_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`purpose` text NOT NULL,
	`secret_hash` text,
	`subject_id` text,
	`code` text,
	`payload` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `auth_users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_auth_one_time_tokens`("id", "user_id", "purpose", "secret_hash", "subject_id", "code", "payload", "attempts", "created_at", "expires_at", "consumed_at") SELECT "id", "user_id", "purpose", "secret_hash", "subject_id", "code", "payload", "attempts", "created_at", "expires_at", "consumed_at" FROM `auth_one_time_tokens`;--> statement-breakpoint
DROP TABLE `auth_one_time_tokens`;--> statement-breakpoint
ALTER TABLE `__new_auth_one_time_tokens` RENAME TO `auth_one_time_tokens`;--> statement-breakpoint
CREATE UNIQUE INDEX `auth_one_time_tokens_secret_hash_unique` ON `auth_one_time_tokens` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `auth_one_time_tokens_user_id` ON `auth_one_time_tokens` (`user_id`,`purpose`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `auth_one_time_tokens_over_at` ON `auth_one_time_tokens` (case when consumed_at < expires_at then consumed_at else expires_at end);--> statement-breakpoint
ALTER TABLE `auth_users` ADD `search_name` text DEFAULT '' NOT NULL;