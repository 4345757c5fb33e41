CREATE TABLE `auth_attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`count` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`refused_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `auth_attempts_user_id` ON `auth_attempts` (`user_id`);--> statement-breakpoint
CREATE INDEX `auth_attempts_expires_at` ON `auth_attempts` (`expires_at`);--> statement-breakpoint
CREATE TABLE `auth_rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`full_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `auth_rate_limits_full_at` ON `auth_rate_limits` (`full_at`);