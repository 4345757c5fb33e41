CREATE TABLE `auth_anonymizations` (
	`user_id` text PRIMARY KEY NOT NULL,
	`requested_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `auth_anonymizations_requested_at` ON `auth_anonymizations` (`requested_at`);--> statement-breakpoint
DROP INDEX `auth_events_actor_id`;--> statement-breakpoint
ALTER TABLE `auth_events` ADD `count` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `auth_events` ADD `last_at` integer;--> statement-breakpoint
ALTER TABLE `auth_events` ADD `refusal_key` text;--> statement-breakpoint
CREATE INDEX `auth_events_deeds` ON `auth_events` (`actor_id`,`id`) WHERE user_id is not actor_id;--> statement-breakpoint
CREATE UNIQUE INDEX `auth_events_refusal_key` ON `auth_events` (`refusal_key`) WHERE refusal_key is not null;