import type { Config } from '@backstage/config';
import { loadOptionalPackage } from '../../load-optional-package';

/** The parts of an AWS integration that say as whom to sign in. */
export interface AwsCredentialsConfig {
  accessKeyId?: string;
  secretAccessKey?: string;
  roleArn?: string;
  externalId?: string;
}

/** Gives the credentials for AWS: the account under `aws`, or what the environment provides. */
export interface AwsCredentialsManager {
  getCredentialProvider(options?: object): Promise<{ sdkCredentialProvider: unknown }>;
}

/** Loads the manager when it is needed: most integrations have keys of their own or are not used. */
export function createAwsCredentialsManager(config: Config): AwsCredentialsManager {
  let manager: Promise<AwsCredentialsManager> | undefined;
  const load = async () => {
    const { DefaultAwsCredentialsManager } = await loadOptionalPackage(
      '@backstage/integration-aws-node',
      'Reading from AWS without an accessKeyId',
    );
    return DefaultAwsCredentialsManager.fromConfig(config);
  };
  return {
    getCredentialProvider: async options =>
      (await (manager ??= load())).getCredentialProvider(options),
  };
}

/**
 * Credentials for a client of the AWS SDK.
 *
 * @param sessionName - names the reader in the logs of AWS, when a role is taken on
 */
export async function getAwsCredentials(
  manager: AwsCredentialsManager,
  config: AwsCredentialsConfig,
  region: string,
  sessionName: string,
): Promise<unknown> {
  const { accessKeyId, secretAccessKey, roleArn, externalId } = config;
  const credentials =
    accessKeyId && secretAccessKey
      ? async () => ({ accessKeyId, secretAccessKey })
      : (await manager.getCredentialProvider()).sdkCredentialProvider;
  if (!roleArn) {
    return credentials;
  }
  const { fromTemporaryCredentials } = await loadOptionalPackage(
    '@aws-sdk/credential-providers',
    'An AWS integration with a roleArn',
  );
  return fromTemporaryCredentials({
    masterCredentials: credentials,
    params: { RoleSessionName: sessionName, RoleArn: roleArn, ExternalId: externalId },
    clientConfig: { region },
  });
}
