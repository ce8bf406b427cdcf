/** Every platform's own tables, whether it is switched on or not: a database looks the same in every installation. */
import type { PlatformMigrations } from './bots/bot.ts';
import { discordMigrations } from './bots/discord/discord-migrations.ts';
import { slackMigrations } from './bots/slack/slack-migrations.ts';
import { webMigrations } from './bots/web/web-migrations.ts';

export const platformMigrations: PlatformMigrations = { ...webMigrations, ...discordMigrations, ...slackMigrations };
