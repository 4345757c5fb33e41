CREATE INDEX `devices_last_seen_at` ON `devices` (`last_seen_at`);--> statement-breakpoint
CREATE INDEX `outbox_dead_at` ON `outbox` (`dead_at`) WHERE "outbox"."dead_at" is not null;