import { expect } from 'chai';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  runParity,
  type ParityObservation,
  type ParityReport,
  type ParityRequest,
  type ParitySide,
} from 'backstage-forklift/parity';
import { useSubjects } from './use-subjects';

interface Tea {
  uid: string;
  name: string;
}

/** What is different about a backend. */
interface Change {
  order?(a: Tea, b: Tea): number;
  answer?(path: string, body: any): void;
}

const TEAS = ['Assam', 'Darjeeling', 'Mate', 'Oolong', 'Rooibos', 'Sencha', 'Yerba'];
const byUid = (a: Tea, b: Tea) => (a.uid < b.uid ? -1 : 1);
const hashOf = (value: string) => createHash('sha1').update(value).digest('hex');

/** Gives the same whenever it is asked, but nothing that another one gives: random ids, an own licence. */
function createTeaServer({ order = byUid, answer }: Change = {}): Server {
  const teas = TEAS.map((name): Tea => ({ uid: randomUUID(), name })).sort((a, b) =>
    // Never in the order of another one by chance.
    TEAS.indexOf(a.name) < TEAS.indexOf(b.name) ? -1 : 1,
  );
  rotate(teas);
  const licence = randomBytes(9).toString('base64url');
  const describe = ({ uid, name }: Tea) => ({ tea: { name, uid, etag: hashOf(uid) }, kind: 'tea' });
  return createServer(async (request, response) => {
    const path = request.url!;
    let status = 200;
    let body: any = { error: 'not found' };
    if (path === '/teas' && request.method === 'POST') {
      teas.push({ uid: randomUUID(), name: await readName(request) });
      body = describe(teas.at(-1)!);
    } else if (path === '/teas') {
      body = { items: [...teas].sort(order).map(describe) };
    } else if (path === '/about') {
      body = { licence, version: 3 };
    } else {
      const found = teas.find(({ uid }) => path === `/teas/${uid}`);
      status = found ? 200 : 404;
      body = found ? describe(found) : body;
    }
    answer?.(path.replace(/[0-9a-f-]{36}/, ':uid'), body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
}

let turns = 0;

/** Gives ids whose order is another for each server. */
function rotate(teas: Tea[]): void {
  const ids = teas.map(({ uid }) => uid).sort();
  turns++;
  teas.forEach((tea, i) => {
    tea.uid = ids[(i + turns) % ids.length];
  });
}

async function readName(request: IncomingMessage): Promise<string> {
  return (JSON.parse(await text(request)) as Tea).name;
}

const get = (path: string): ParityRequest => ({ method: 'GET', path, headers: {}, as: 'none' });
const REQUESTS: ParityRequest[] = [
  get('/teas'),
  get('/about'),
  { ...get('/teas'), method: 'POST', body: { name: 'Genmaicha' }, capture: { id: '$.tea.uid' } },
  get('/teas/{{id}}'),
  get('/teas'),
];

describe('parity with a copy of the old backend', () => {
  const serve = useSubjects();
  const start = (name: string, change?: Change) => serve(name, createTeaServer(change));

  async function compare(
    {
      change,
      hasCopy = true,
      observe,
    }: {
      change?: Change;
      hasCopy?: boolean;
      observe?: ParityObservation[];
    } = {},
    requests = REQUESTS,
  ): Promise<ParityReport> {
    const [left, right] = [await start('old'), await start('new', change)];
    const leftCopy = hasCopy ? await start('other old') : undefined;
    return await runParity({ left, right, leftCopy, requests, observe });
  }

  const found = ({ results }: ParityReport) =>
    results.flatMap(({ request, differences }) =>
      differences
        .filter(({ ignored }) => !ignored)
        .map(({ path }) => `${request.method} ${request.path} ${path}`),
    );

  it('ignores what two old backends give differently, for that reason', async () => {
    const report = await compare();
    expect(found(report)).to.eql([]);
    const rules = report.results.map(({ differences }) =>
      [...new Set(differences.map(({ ignored }) => ignored!.rule))].filter(
        rule => rule !== 'transport-header' && rule !== 'body-header',
      ),
    );
    expect(rules[0]).to.include.members(['list-order', 'generated-id']);
    expect(rules[1]).to.eql(['noise']);
    expect(rules[3]).to.eql(['generated-id', 'digest-of-ids']);
  });

  it('can not know that without', async () => {
    const different = found(await compare({ hasCopy: false }));
    expect(different.join()).to.include('GET /teas $.items[0]');
    expect(different).to.include('GET /about $.licence');
  });

  it('finds what is different beside', async () => {
    const answer = (path: string, body: any) => {
      if (path === '/teas') {
        body.items?.forEach((item: any) => {
          if (item.tea.name === 'Mate') {
            item.kind = 'herb';
          }
        });
      } else if (path === '/about') {
        body.version = 4;
      }
    };
    const different = found(await compare({ change: { answer } }));
    expect(different).to.have.length(3);
    expect(
      different.filter(each => /^GET \/teas \$\.items\[\d\]\.kind$/.test(each)),
    ).to.have.length(2);
    expect(different).to.include('GET /about $.version');
  });

  it('takes neither another form nor the same id for everything for noise', async () => {
    const uid = randomUUID();
    const answer = (path: string, body: any) => {
      if (path === '/about') {
        body.licence = 7;
      } else if (path === '/teas/:uid') {
        body.tea.uid = uid;
      }
    };
    expect(found(await compare({ change: { answer } }))).to.include.members([
      'GET /about $.licence',
      'GET /teas/{{id}} $.tea.uid',
    ]);
  });

  it('looks at a third database, too', async () => {
    const read = async (side: ParitySide) => ({
      '/tea/settings': [
        { name: 'licence', value: `of ${side}` },
        { name: 'size', value: side === 'right' ? 2 : 1 },
      ],
    });
    const { results } = await compare({ observe: [{ name: 'STATE', read }] }, []);
    const differences = results.flatMap(each => each.differences);
    expect(differences.map(({ path, ignored }) => [path, ignored?.rule])).to.eql([
      ['$[0].value', 'noise'],
      ['$[1].value', undefined],
    ]);
  });

  it('ends when the copy does', async () => {
    const [left, right] = [await start('old'), await start('new')];
    const copy = await start('other old');
    const leftCopy = { ...copy, ended: () => 'exit code 3' };
    const report = await runParity({ left, right, leftCopy, requests: REQUESTS });
    expect(report.stopped).to.equal('the other old backend ended with exit code 3');
    expect(report.results).to.have.length(1);
  });
});
