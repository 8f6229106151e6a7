import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startServer, type LocalServer } from './local-server';

const root = join(__dirname, '../../..');
/** Packages that take long to load or that a backend need not have. */
const HEAVY =
  /^(@aws-sdk\/(client-s3|client-codecommit|credential-providers)|@google-cloud\/storage|@azure\/(storage-blob|identity)|@backstage\/integration(-aws-node)?|@octokit\/.*|tar|yauzl|minimatch|git-url-parse)$/;

/**
 * Reads URLs one after the other in a process of its own.
 *
 * @returns for each the heavy packages that it was the first to load, after those of making the reader, and
 *   the error if there was one
 */
async function packagesOf(
  config: object,
  urls: string[],
  cwd: string,
): Promise<Array<{ loaded: string[]; failure?: string }>> {
  const script = `
    const { ConfigReader } = require(${JSON.stringify(require.resolve('@backstage/config'))});
    const { UrlReaders } = require(${JSON.stringify(join(root, 'lib/services/url-reader/index.ts'))});
    const logger = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };
    const heavy = new RegExp(${JSON.stringify(HEAVY.source)});
    const known = new Set();
    const news = () => {
      const names = Object.keys(require.cache)
        .map(file => /.*node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1])
        .filter(name => heavy.test(name) && !known.has(name));
      names.forEach(name => known.add(name));
      return [...new Set(names)].sort();
    };
    (async () => {
      const config = new ConfigReader(${JSON.stringify(config)});
      const reader = UrlReaders.default({ config, logger });
      const result = [{ loaded: news() }];
      for (const url of ${JSON.stringify(urls)}) {
        const read = url.includes('/tree/') ? reader.readTree(url) : reader.readUrl(url);
        const failure = await read.then(() => undefined, error => error.message);
        result.push({ loaded: news(), failure });
      }
      console.log(JSON.stringify(result));
      process.exit();
    })();`;
  const run = promisify(execFile);
  const loader = ['--require', require.resolve('tsx/cjs')];
  const { stdout } = await run(process.execPath, [...loader, '-e', script], {
    cwd,
    env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

describe('The packages of URL readers', () => {
  let server: LocalServer;

  before(async () => {
    server = await startServer((_, res) => res.end('content'));
  });

  after(() => server.close());

  it('load when a URL asks for them, and not because they are configured', async () => {
    const { host, url } = server;
    const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
    const config = {
      backend: { reading: { allow: [{ host }] } },
      integrations: {
        awsS3: [{ endpoint: url, s3ForcePathStyle: true, ...keys }],
        awsCodeCommit: [{ region: 'eu-west-1', ...keys }],
        googleGcs: {},
        azureBlobStorage: [{ accountName: 'a', accountKey: 'a2V5' }],
      },
    };
    const [made, file, blob, other] = await packagesOf(
      config,
      [`${url}/bucket/a`, `https://a.blob.core.windows.net/`, 'https://elsewhere.test/a'],
      join(root, 'test/interop'),
    );
    expect(made.loaded).to.deep.equal([]);
    expect(file.loaded.filter(name => !/identity|octokit/.test(name))).to.deep.equal([
      '@aws-sdk/client-s3',
      '@backstage/integration',
      'git-url-parse',
    ]);
    expect(blob.loaded).to.deep.equal([]);
    expect(blob.failure).to.match(/Invalid Azure Blob Storage URL/);
    expect(other.loaded).to.deep.equal([]);
    expect(other.failure).to.match(/not allowed/);
  });

  it('are named, with how to install them, when they are missing', async () => {
    const pages: Array<[url: string, name: string]> = [
      ['https://bucket.s3.amazonaws.com/a', '@aws-sdk/client-s3'],
      [
        'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/--/a',
        '@aws-sdk/client-codecommit',
      ],
      ['https://storage.cloud.google.com/bucket/tree/a', '@google-cloud/storage'],
    ];
    const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
    const [, ...answers] = await packagesOf(
      {
        integrations: {
          awsS3: [keys],
          awsCodeCommit: [{ region: 'eu-west-1', ...keys }],
          googleGcs: {},
        },
      },
      pages.map(([url]) => url),
      root,
    );
    for (const [index, [, name]] of pages.entries()) {
      expect(answers[index].failure).to.include(
        `needs the package '${name}', add it to your backend, for example with \`npm install ${name}\``,
      );
    }
  });
});
