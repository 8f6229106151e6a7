import { InputError } from '@backstage/errors';
import type { JsonValue } from '@backstage/types';
import type { ZodTypeAny } from 'zod/v3';
import type {
  ActionsRegistryActionOptions,
  ActionsServiceAction,
  ActionsServiceActionAttributes,
  BackstageCredentials,
  LoggerService,
} from '../../api';

/** What a plugin registered. */
export type ActionOptions = ActionsRegistryActionOptions<any, any, any>;

/** What an action is called with. */
export interface ActionCall {
  input: unknown;
  secrets?: unknown;
  credentials: BackstageCredentials;
  logger: LoggerService;
}

/** What an action does, as far as it says so. */
export function attributesOf({ attributes = {} }: ActionOptions): ActionsServiceActionAttributes {
  const { readOnly = false, destructive = !readOnly, idempotent = false } = attributes;
  return { destructive, idempotent, readOnly };
}

/** An action as others see it. */
export function describeAction(
  pluginId: string,
  id: string,
  action: ActionOptions,
): ActionsServiceAction {
  const { name, title, description, examples, schema } = action;
  return {
    id,
    name,
    title,
    description,
    pluginId,
    attributes: attributesOf(action),
    examples,
    schema: {
      input: toJsonSchema(schema?.input),
      output: toJsonSchema(schema?.output),
      ...(schema?.secrets && { secrets: toJsonSchema(schema.secrets) }),
    },
  };
}

/**
 * Runs an action.
 *
 * @throws InputError when the input, the secrets or the output are not as the schemas say
 */
export async function runAction(
  id: string,
  action: ActionOptions,
  call: ActionCall,
): Promise<{ output: JsonValue }> {
  const { credentials, logger } = call;
  // Without a schema nothing is known of the input, so the action does not get it.
  const input =
    action.schema?.input &&
    parse(action.schema.input, call.input, `Invalid input to action "${id}"`);
  const secrets = readSecrets(id, action, call.secrets);
  const result = await action.action({ input, secrets, credentials, logger });
  const output = parse(
    action.schema?.output,
    (result as { output?: unknown } | undefined)?.output,
    `Invalid output from action "${id}"`,
  );
  return { output };
}

type SchemaOf = ((zod: any) => ZodTypeAny) | undefined;

const zod = () => (require('zod/v3') as typeof import('zod/v3')).z;

function toJsonSchema(schema: SchemaOf): any {
  const { zodToJsonSchema } = require('zod-to-json-schema') as typeof import('zod-to-json-schema');
  return zodToJsonSchema((schema ? schema(zod()) : zod().object({})) as any);
}

function parse(schema: SchemaOf, value: unknown, message: string): any {
  if (!schema) {
    return value;
  }
  const result = schema(zod()).safeParse(value);
  if (!result.success) {
    throw new InputError(message, result.error);
  }
  return result.data;
}

function readSecrets(id: string, action: ActionOptions, secrets: unknown): any {
  const schema = action.schema?.secrets as SchemaOf;
  if (schema && !secrets) {
    throw new InputError(`Action "${id}" requires secrets but none were provided`);
  }
  if (!schema && secrets) {
    throw new InputError(`Action "${id}" does not accept secrets`);
  }
  return schema && parse(schema, secrets, `Invalid secrets for action "${id}"`);
}
