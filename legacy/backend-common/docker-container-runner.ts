import { PassThrough, type Writable } from 'node:stream';
import { realpath } from 'node:fs/promises';
import type { ContainerRunner, PullOptions, RunContainerOptions } from './container-runner';

/** What is used of a client of the package dockerode. */
interface DockerClient {
  ping(): Promise<unknown>;
  pull(
    image: string,
    options: PullOptions,
    callback: (error: unknown, stream?: NodeJS.ReadableStream) => void,
  ): unknown;
  run(
    image: string,
    command: string[],
    output: NodeJS.WritableStream,
    options: object,
  ): Promise<Array<{ Error?: unknown; StatusCode?: number }>>;
}

interface PullRequest extends Pick<RunContainerOptions, 'imageName' | 'pullOptions'> {
  logStream: Writable;
}

/**
 * Runs containers by a Docker client that you bring.
 *
 * @deprecated TechDocs and the scaffolder bring their own.
 */
export class DockerContainerRunner implements ContainerRunner {
  readonly #client: DockerClient;

  constructor(options: { dockerClient: DockerClient }) {
    this.#client = options.dockerClient;
  }

  /** @throws Error when Docker can not be reached, or the container ends with another code than 0 */
  async runContainer(options: RunContainerOptions): Promise<void> {
    const { imageName, args, logStream = new PassThrough(), pullImage = true } = options;
    await this.#checkDocker();
    if (pullImage) {
      await this.#pull({ ...options, logStream });
    }
    const [{ Error: error, StatusCode: statusCode }] = await this.#client.run(
      imageName,
      args,
      logStream,
      await containerOptions(options),
    );
    if (error) {
      throw new Error(`Docker failed to run with the following error message: ${error}`);
    }
    if (statusCode !== 0) {
      throw new Error(
        `Docker container returned a non-zero exit code (${statusCode}) when running ${imageName}`,
      );
    }
  }

  async #checkDocker(): Promise<void> {
    try {
      await this.#client.ping();
    } catch (error) {
      throw new Error('Docker can not be reached. Install and start it', { cause: error });
    }
  }

  #pull({ imageName, pullOptions = {}, logStream }: PullRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.pull(imageName, pullOptions, (error, stream) => {
        if (!stream) {
          reject(error ?? new Error(`Docker gave no answer when pulling '${imageName}'`));
          return;
        }
        stream.pipe(logStream, { end: false });
        stream.on('end', resolve);
        stream.on('error', reject);
      });
    });
  }
}

async function containerOptions(options: RunContainerOptions): Promise<object> {
  const { command, mountDirs = {}, workingDir, envVars = {}, defaultUser = false } = options;
  const binds = await Promise.all(
    Object.entries(mountDirs).map(async ([dir, target]) => `${await realpath(dir)}:${target}`),
  );
  const user = !defaultUser && process.getuid && `${process.getuid()}:${process.getgid!()}`;
  return {
    ...(workingDir && { WorkingDir: workingDir }),
    ...(command && { Entrypoint: command }),
    ...(user && { User: user }),
    Env: Object.entries(envVars).map(([name, value]) => `${name}=${value}`),
    Volumes: Object.fromEntries(Object.values(mountDirs).map(target => [target, {}])),
    HostConfig: { AutoRemove: true, Binds: binds },
  };
}
