import { expect } from 'chai';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

/** Keeps each visit, with a price that the command line says. */
const BACKEND = `
  const [price] = process.argv.slice(2);
  const { join } = require('node:path');
  const Database = require(${JSON.stringify(require.resolve('better-sqlite3'))});
  const { directory } = JSON.parse(process.env.APP_CONFIG_backend_database_connection);
  const database = new Database(join(directory, 'tea.sqlite'));
  database.exec('create table if not exists visits (path text, price integer)');
  require('node:http').createServer((request, response) => {
    if (request.method === 'POST') {
      database.prepare('insert into visits values (?, ?)').run(request.url, Number(price));
    }
    response.end('thanks');
  }).listen(process.env.APP_CONFIG_backend_listen_port);
`;

describe('forklift verify --database', () => {
  const folder = useTemporaryFolder();

  function verify(...args: string[]) {
    return forklift('verify', folder.path(), ...args);
  }

  beforeEach(async () => {
    await folder.write({
      'backend.cjs': BACKEND,
      'parity-requests.yaml': 'requests: [{ method: POST, path: /api/tea }]',
    });
  });

  it('finds what answers do not show', async () => {
    const sides = ['--left', 'node backend.cjs 3', '--right', 'node backend.cjs 4'];
    const { code, output } = await verify(...sides, '--database', 'sqlite');
    expect(output).to.match(/^= 200 {5}POST \/api\/tea/m);
    expect(output).to.match(/^≠ - {7}STATE \/tea\/visits\n {4}body \$\.rows\[0\]\.price: 3 -> 4$/m);
    expect(output).to.not.include('repeat:');
    expect(code).to.equal(1);
  });

  it('accepts it by a baseline', async () => {
    await folder.write({
      'known.yaml':
        'accepted: [{ request: STATE /tea/*, path: "$.rows[*].price", reason: dearer, expires: 2999-01-01 }]',
    });
    const sides = ['--left', 'node backend.cjs 3', '--right', 'node backend.cjs 4'];
    const baseline = ['--baseline', `${folder.path()}/known.yaml`];
    const { code, output } = await verify(...sides, '--database', 'sqlite', ...baseline);
    expect(output).to.include('ignored baseline: $.rows[0].price (dearer; accepted until');
    expect(code).to.equal(0);
  });

  it('says what is wrong with what was asked for', async () => {
    const url = ['--left', 'http://127.0.0.1:1', '--right', 'node backend.cjs 4'];
    const elsewhere = await verify(...url, '--database', 'sqlite');
    expect(elsewhere.code).to.equal(2);
    expect(elsewhere.notes).to.include('the old backend runs elsewhere');
    const unknown = await verify(...url, '--database', 'oracle');
    expect(unknown.code).to.equal(2);
    expect(unknown.notes).to.include('expected sqlite');
    const seed = await verify(...url, '--seed', 'some-folder');
    expect(seed.code).to.equal(2);
    expect(seed.notes).to.include('add --database sqlite');
  });
});
