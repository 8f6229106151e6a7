import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Git } from 'backstage-forklift/legacy';
import { mockServices } from 'backstage-forklift/testing';
import { expect } from 'chai';

const author = { name: 'Ada', email: 'ada@example.com' };
const BASIC = `Basic ${Buffer.from('ada:secret').toString('base64')}`;

/** A host of git repositories that asks for a password. */
function serveRepositories(folder: string): Server {
  return createServer((req, res) => {
    if (![BASIC, 'Bearer token'].includes(req.headers.authorization ?? '')) {
      res.writeHead(401, { 'www-authenticate': 'Basic' }).end('Who are you?');
      return;
    }
    const { pathname, searchParams } = new URL(req.url!, 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'ada',
        REQUEST_METHOD: req.method,
        PATH_INFO: pathname,
        QUERY_STRING: String(searchParams),
        CONTENT_TYPE: req.headers['content-type'] ?? '',
      },
    });
    req.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', chunk => chunks.push(chunk));
    backend.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer.subarray(0, end).toString().split('\r\n');
      for (const [name, value] of headers.map(line => line.split(': '))) {
        if (name === 'Status') res.statusCode = parseInt(value, 10);
        else res.setHeader(name, value);
      }
      res.end(answer.subarray(end + 4));
    });
  }).listen(0, 'localhost');
}

describe('Git', () => {
  let folder: string;
  let server: Server;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forklift-git-'));
    execFileSync('git', ['init', '--quiet', '--bare', '-b', 'main', join(folder, 'remote.git')]);
    execFileSync('git', ['-C', join(folder, 'remote.git'), 'config', 'http.receivepack', 'true']);
    server = serveRepositories(folder);
    await once(server, 'listening');
    url = `http://localhost:${(server.address() as AddressInfo).port}/remote.git`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('makes a repository, pushes it and clones it', async () => {
    const git = Git.fromAuth({ username: 'ada', password: 'secret' });
    const dir = join(folder, 'made');
    await git.init({ dir, defaultBranch: 'main' });
    writeFileSync(join(dir, 'a.txt'), 'a');
    await git.add({ dir, filepath: 'a.txt' });
    const sha = await git.commit({ dir, message: 'Add a', author, committer: author });
    expect((await git.readCommit({ dir, sha })).commit.message).to.equal('Add a\n');
    await git.addRemote({ dir, remote: 'origin', url });
    await git.push({ dir, remote: 'origin' });

    const clone = join(folder, 'clone');
    await Git.fromAuth({ token: 'token' }).clone({ url, dir: clone });
    expect(existsSync(join(clone, 'a.txt'))).to.equal(true);
    expect(await git.currentBranch({ dir: clone })).to.equal('main');
    expect(await git.currentBranch({ dir: clone, fullName: true })).to.equal('refs/heads/main');
    expect(await git.resolveRef({ dir: clone, ref: 'HEAD' })).to.equal(sha);
    await git.fetch({ dir: clone });
  });

  it('branches, merges and removes', async () => {
    const git = Git.fromAuth({ onAuth: () => ({}) });
    const dir = join(folder, 'branched');
    await git.init({ dir });
    const commit = async (file: string) => {
      writeFileSync(join(dir, file), file);
      await git.add({ dir, filepath: file });
      return git.commit({ dir, message: file, author, committer: author });
    };
    await commit('first');
    await git.branch({ dir, ref: 'topic' });
    await git.checkout({ dir, ref: 'topic' });
    const topic = await commit('second');
    await git.checkout({ dir, ref: 'master' });
    const merged = await git.merge({ dir, theirs: 'topic', author, committer: author });
    expect(merged.oid).to.equal(topic);
    expect((await git.log({ dir })).map(({ commit: { message } }) => message)).to.deep.equal([
      'second\n',
      'first\n',
    ]);
    await git.remove({ dir, filepath: 'second' });
    expect(execFileSync('git', ['-C', dir, 'ls-files'], { encoding: 'utf8' })).to.equal('first\n');
    await git.addRemote({ dir, remote: 'origin', url });
    await git.deleteRemote({ dir, remote: 'origin' });
    expect(execFileSync('git', ['-C', dir, 'remote'], { encoding: 'utf8' })).to.equal('');
  });

  it('says why the other side refused, and logs no password', async () => {
    const logger = mockServices.logger.mock();
    const git = Git.fromAuth({ username: 'ada', password: 'wrong', logger });
    const withPassword = url.replace('://', '://ada:wrong@');
    const error = await git
      .clone({ url: withPassword, dir: join(folder, 'refused') })
      .catch(failure => failure);
    expect(error.message).to.contain('HTTP Error: 401').and.to.contain('"statusCode":401');
    expect(error.cause).to.be.instanceOf(Error);
    const lines = [...logger.info.args, ...logger.error.args].flat().join('\n');
    expect(lines).to.contain('Failed to clone').and.not.to.contain('wrong');
  });
});
