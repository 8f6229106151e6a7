import { expect } from 'chai';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

/** Each has a licence of its own, and one more for each row that it was sent. */
const BACKEND = `
  const { randomBytes } = require('node:crypto');
  const { join } = require('node:path');
  const Database = require(${JSON.stringify(require.resolve('better-sqlite3'))});
  const { directory } = JSON.parse(process.env.APP_CONFIG_backend_database_connection);
  const database = new Database(join(directory, 'tea.sqlite'));
  database.exec('create table if not exists pots (colour text, licence text)');
  const licence = randomBytes(9).toString('base64url');
  const size = Number(process.argv[2]);
  require('node:http').createServer((request, response) => {
    if (request.method === 'POST') {
      database.prepare('insert into pots values (?, ?)').run('black', licence);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ licence, size }));
  }).listen(process.env.APP_CONFIG_backend_listen_port);
`;

describe('forklift verify --left-copy', () => {
  const folder = useTemporaryFolder();

  function verify(...args: string[]) {
    return forklift('verify', folder.path(), ...args);
  }

  beforeEach(async () => {
    await folder.write({
      'backend.cjs': BACKEND,
      'parity-requests.yaml': 'requests: [{ method: POST, path: /api/tea }, GET /api/tea]',
    });
  });

  it('starts the old backend twice, and ignores what these two give differently', async () => {
    const sides = ['--left', 'node backend.cjs 1', '--right', 'node backend.cjs 1'];
    const own = ['--database', 'sqlite'];
    const alone = await verify(...sides, ...own);
    expect(alone.output).to.include('body $.licence:');
    expect(alone.code).to.equal(1);
    const { code, output } = await verify(...sides, ...own, '--left-copy', 'same');
    expect(output).to.match(/^The other old backend answers at http:/m);
    expect(output.match(/^~ .*(?: \/api\/tea| \/tea\/pots)/gm)).to.have.length(3);
    expect(output).to.include('ignored noise: $.rows[0].licence (the old side gives another');
    expect(code, output).to.equal(0);
  });

  it('finds what is different beside', async () => {
    const sides = ['--left', 'node backend.cjs 1', '--right', 'node backend.cjs 2'];
    const copy = ['--database', 'sqlite', '--left-copy', 'node backend.cjs 1'];
    const { code, output } = await verify(...sides, ...copy);
    expect(output.match(/^ {4}body .*/gm)).to.eql(Array(2).fill('    body $.size: 1 -> 2'));
    expect(code).to.equal(1);
  });

  it('says when there is nothing to start', async () => {
    const url = 'http://127.0.0.1:9';
    const { code, notes } = await verify('--left', url, '--right', url, '--left-copy', 'same');
    expect(notes).to.match(/^error: --left-copy same: the old backend runs elsewhere/);
    expect(code).to.equal(2);
  });
});
