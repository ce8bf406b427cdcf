/** Run as a short process of its own: makes a new database in the directory that is its only argument, and ends. */
import { PGlite } from '@electric-sql/pglite';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('make-database.ts needs a directory.');
const database = await PGlite.create(directory);
await database.close();
