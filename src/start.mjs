// Plain JavaScript, because an older Node cannot even parse the rest: it would print a syntax error instead of this.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `hailuo-bot needs Node 24 and this is ${process.version}. Start it with \`npm start\`, which uses the Node 24 that \`npm ci\` installed.\n`,
  );
  process.exit(1);
}
await import('./main.ts');
