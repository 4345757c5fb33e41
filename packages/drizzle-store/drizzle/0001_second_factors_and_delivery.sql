CREATE TABLE `auth_backup_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `auth_users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `auth_backup_codes_user_id` ON `auth_backup_codes` (`user_id`,`code_hash`);--> statement-breakpoint
CREATE TABLE `auth_counters` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`expires_at` integer
);
--> statement-breakpoint
CREATE INDEX `auth_counters_key` ON `auth_counters` (`key`,`at`);--> statement-breakpoint
CREATE INDEX `auth_counters_expires_at` ON `auth_counters` (`expires_at`);--> statement-breakpoint
CREATE TABLE `auth_factors` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`method` text NOT NULL,
	`sealed_secret` text,
	`destination` text,
	`session_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`last_step` integer,
	FOREIGN KEY (`user_id`) REFERENCES `auth_users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `auth_factors_user_id` ON `auth_factors` (`user_id`,`confirmed_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `auth_factors_confirmed` ON `auth_factors` (`user_id`,`method`) WHERE "auth_factors"."confirmed_at" is not null;--> statement-breakpoint
CREATE INDEX `auth_factors_pending` ON `auth_factors` (`created_at`) WHERE "auth_factors"."confirmed_at" is null;--> statement-breakpoint
CREATE TABLE `auth_one_time_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
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
CREATE UNIQUE INDEX `auth_one_time_tokens_secret_hash_unique` ON `auth_one_time_tokens` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `auth_one_time_tokens_user_id` ON `auth_one_time_tokens` (`user_id`,`purpose`,`subject_id`,`id`);--> statement-breakpoint
CREATE INDEX `auth_one_time_tokens_over_at` ON `auth_one_time_tokens` (case when consumed_at < expires_at then consumed_at else expires_at end);--> statement-breakpoint
CREATE TABLE `auth_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`kind` text NOT NULL,
	`sealed_message` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`leased_until` integer,
	`sent_at` integer,
	`dead_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `auth_users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `auth_outbox_due` ON `auth_outbox` (case when leased_until > next_attempt_at then leased_until else next_attempt_at end,`id`) WHERE sent_at is null and dead_at is null;--> statement-breakpoint
CREATE INDEX `auth_outbox_over_at` ON `auth_outbox` (case when sent_at is null then dead_at else sent_at end);--> statement-breakpoint
CREATE INDEX `auth_outbox_user_id` ON `auth_outbox` (`user_id`);