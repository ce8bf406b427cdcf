/** A process that has the embedded database of a directory open, until it is killed: `<directory> hold|insert`. */
import { sql } from 'kysely';
import { openDatabase } from '../../src/core/database.ts';
import { silentLog } from '../../src/core/log.ts';

const [directory = '', does] = process.argv.slice(2);
const { database } = await openDatabase({ dataDirectory: directory, log: silentLog });
process.stdout.write('open\n');

if (does === 'insert') {
  await sql`create table if not exists acknowledged (id bigint primary key, pid integer)`.execute(database);
  // One after the other and in crowds: a line is printed once the database has said yes.
  for (let next = 0; ; next += 1) {
    const first = Date.now() * 1000 + next * 4;
    const ids = next % 3 === 0 ? [first, first + 1, first + 2] : [first];
    await Promise.all(
      ids.map(async (id) => {
        await sql`insert into acknowledged values (${id}, ${process.pid})`.execute(database);
        process.stdout.write(`${id}\n`);
      }),
    );
  }
}
setInterval(() => {}, 60_000);
