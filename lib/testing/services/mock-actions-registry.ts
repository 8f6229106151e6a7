import { NotFoundError } from '@backstage/errors';
import type { JsonObject, JsonValue } from '@backstage/types';
import type { AnyZodObject } from 'zod/v3';
import type {
  ActionsRegistryActionOptions,
  ActionsRegistryService,
  ActionsService,
  ActionsServiceAction,
  BackstageCredentials,
  LoggerService,
} from '../../api';
import { describeAction, runAction, type ActionOptions } from '../../services';
import { mockCredentials } from '../mock-credentials';

const PLUGIN_ID = 'test';

/** Keeps and runs actions in memory, those of a plugin with the id `test`. */
export class MockActionsRegistry implements ActionsRegistryService, ActionsService {
  readonly actions = new Map<string, ActionOptions>();

  static create(options: { logger: LoggerService }): MockActionsRegistry {
    return new MockActionsRegistry(options.logger);
  }

  private constructor(private readonly logger: LoggerService) {}

  register<
    TInputSchema extends AnyZodObject,
    TOutputSchema extends AnyZodObject,
    TSecretsSchema extends AnyZodObject | undefined = undefined,
  >(options: ActionsRegistryActionOptions<TInputSchema, TOutputSchema, TSecretsSchema>): void {
    const id = `${PLUGIN_ID}:${options.name}`;
    if (this.actions.has(id)) {
      throw new Error(`Action with id "${id}" is already registered`);
    }
    this.actions.set(id, options);
  }

  async list(): Promise<{ actions: ActionsServiceAction[] }> {
    return {
      actions: [...this.actions].map(([id, action]) => describeAction(PLUGIN_ID, id, action)),
    };
  }

  /**
   * @throws NotFoundError naming the actions that there are
   * @throws InputError when the input, the secrets or the output are not as the schemas say
   */
  async invoke(options: {
    id: string;
    input?: JsonObject;
    secrets?: JsonObject;
    credentials?: BackstageCredentials;
  }): Promise<{ output: JsonValue }> {
    const { id, input, secrets, credentials = mockCredentials.none() } = options;
    const action = this.actions.get(id);
    if (!action) {
      const available = [...this.actions.keys()].map(known => `"${known}"`).join(', ') || 'none';
      throw new NotFoundError(`Action "${id}" not found, available actions: ${available}`);
    }
    return runAction(id, action, { input, secrets, credentials, logger: this.logger });
  }
}
