import type { Writable } from 'node:stream';

/** @deprecated TechDocs and the scaffolder bring their own. */
export interface PullOptions {
  authconfig?: {
    username?: string;
    password?: string;
    auth?: string;
    email?: string;
    serveraddress?: string;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

/** @deprecated TechDocs and the scaffolder bring their own. */
export type RunContainerOptions = {
  imageName: string;
  command?: string | string[];
  args: string[];
  logStream?: Writable;
  /** Paths of this machine, with the path that each has in the container. */
  mountDirs?: Record<string, string>;
  workingDir?: string;
  envVars?: Record<string, string>;
  /** True unless told. */
  pullImage?: boolean;
  /** Whether to run as the user of the image in place of the user of this process. */
  defaultUser?: boolean;
  pullOptions?: PullOptions;
};

/** @deprecated TechDocs and the scaffolder bring their own. */
export interface ContainerRunner {
  runContainer(options: RunContainerOptions): Promise<void>;
}
