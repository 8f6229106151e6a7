import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Request {
  type?: string;
  id: number;
  method: string;
  body: { key: string; data?: Buffer };
}

describe('a database in memory, under the development tool of Backstage', () => {
  /** What the tool keeps while the backend restarts. */
  const kept = new Map<string, Buffer>();

  async function run(): Promise<unknown> {
    const child = fork(join(__dirname, 'remembering.ts'), {
      execArgv: ['--require', 'tsx/cjs'],
      env: { ...process.env, BACKSTAGE_CLI_CHANNEL: '1' },
      serialization: 'advanced',
    });
    let result: unknown;
    child.on('message', (message: Request) => {
      if (message.type !== '@backstage/cli/channel/request') {
        result = message;
        return;
      }
      const { id, method, body } = message;
      const loaded = kept.get(body.key);
      if (method === 'DevDataStore.save') kept.set(body.key, body.data!);
      child.send({
        type: '@backstage/cli/channel/response',
        id,
        body:
          method === 'DevDataStore.load'
            ? { loaded: Boolean(loaded), data: loaded }
            : { saved: true },
      });
    });
    const [code] = await once(child, 'exit');
    expect(code).to.equal(0);
    return result;
  }

  it('survives the restart of the backend', async () => {
    expect(await run()).to.deep.equal({ ids: [1] });
    expect([...kept.keys()]).to.deep.equal(['sqlite3-db-runs']);
    expect(await run()).to.deep.equal({ ids: [1, 2] });
  });
});
