/** Stands for the AWS SDK: `send` answers with what the test has set for the command. */
const awsSdk = (client: string, commands: string[]) => `
  class Client {
    constructor(options) { this.options = options; }
    send(command, { abortSignal } = {}) {
      return globalThis.awsAnswer(command.constructor.name, command.input, this.options, abortSignal);
    }
  }
  class Command { constructor(input) { this.input = input; } }
  exports.${client} = Client;
  ${commands.map(name => `exports.${name} = class ${name} extends Command {};`).join('\n')}
`;

/** A folder with packages that stand for the SDKs of object storage; tests set the functions that answer. */
export const storageSdks = {
  node_modules: {
    '@aws-sdk/client-s3/index.js': awsSdk('S3Client', ['GetObjectCommand', 'ListObjectsV2Command']),
    '@aws-sdk/client-codecommit/index.js': awsSdk('CodeCommitClient', [
      'GetFileCommand',
      'GetFolderCommand',
    ]),
    '@aws-sdk/credential-providers/index.js':
      'exports.fromTemporaryCredentials = options => ({ temporary: options });',
    '@google-cloud/storage/index.js': `
      exports.Storage = class {
        constructor(options) { this.options = options; }
        bucket(name) { return globalThis.gcsBucket(name, this.options); }
      };`,
  },
};
