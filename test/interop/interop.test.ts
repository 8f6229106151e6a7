import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createParityIdentity,
  startCommandSubject,
  type ParityIdentity,
  type ParitySubject,
} from 'backstage-forklift/parity';

const BACKENDS = ['ours', 'stock'];
const FEATURES = ['our API', 'stock API', 'legacyPlugin'];
const OPEN_BODY = { plugin: 'hello', title: 'Interop', words: ['bonjour!'] };

describe('interop with stock Backstage', () => {
  let folder: string;
  let identity: ParityIdentity;
  const table: string[] = [];

  before(async () => {
    identity = await createParityIdentity({ userEntityRef: 'user:default/jane' });
    folder = await mkdtemp(join(tmpdir(), 'forklift-interop-'));
    // Stock Backstage looks for one above the working directory.
    await writeFile(join(folder, 'package.json'), '{ "name": "interop", "private": true }');
    await writeFile(
      join(folder, 'app-config.yaml'),
      `
app: { title: Interop, baseUrl: http://localhost:3000 }
backend:
  database: { client: better-sqlite3, connection: ':memory:' }
`,
    );
  });

  after(async () => {
    await identity?.close();
    await rm(folder, { recursive: true, force: true });
    console.log(`\n    backend  feature       open  none  user\n${table.join('\n')}\n`);
  });

  for (const backend of BACKENDS) {
    for (const feature of FEATURES) {
      describe(`${backend} createBackend with ${feature}`, () => {
        let subject: ParitySubject;

        before(async () => {
          const cell = join(__dirname, 'cell.cjs');
          subject = await startCommandSubject({
            name: `${backend} / ${feature}`,
            command: `"${process.execPath}" "${cell}" ${backend} "${feature}" --config app-config.yaml`,
            cwd: folder,
            // Not test: under that name backends leave out what a real one does.
            env: { ...identity.env, NODE_ENV: 'production' },
          });
        });

        after(() => subject?.stop());

        async function get(path: string, as: 'user' | 'service' | 'none') {
          const token = identity.tokenFor(as);
          const response = await fetch(`${subject.baseUrl}/api/hello${path}`, {
            headers: token ? { authorization: `Bearer ${token}` } : {},
          });
          return { status: response.status, body: (await response.json()) as any };
        }

        it('starts, answers and guards its routes', async () => {
          const isLegacy = feature === 'legacyPlugin';
          const open = await get('/open', isLegacy ? 'service' : 'none');
          expect(open).to.eql({ status: 200, body: OPEN_BODY });

          const none = await get('/whoami', 'none');
          expect(none.status).to.equal(401);
          expect(none.body.error).to.eql({
            name: 'AuthenticationError',
            message: 'Missing credentials',
          });

          const user = await get('/whoami', 'user');
          expect(user).to.eql({ status: 200, body: { user: 'user:default/jane' } });

          if (!isLegacy) {
            const own = await get('/own-token', 'user');
            expect(own).to.eql({ status: 200, body: { subject: 'plugin:hello' } });
          }
          table.push(
            `    ${backend.padEnd(8)} ${feature.padEnd(12)}  ${open.status}   ${none.status}   ${user.status}`,
          );
        });
      });
    }
  }
});
