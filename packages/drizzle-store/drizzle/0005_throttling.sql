CREATE TABLE `attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`count` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`refused_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `attempts_user_id` ON `attempts` (`user_id`);--> statement-breakpoint
CREATE INDEX `attempts_expires_at` ON `attempts` (`expires_at`);--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`full_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rate_limits_full_at` ON `rate_limits` (`full_at`);