import type { JsonObject, JsonValue } from '@backstage/types';
import type { JSONSchema7 } from 'json-schema';
import type { BackstageCredentials } from './auth-service';

/** What an action does to the world. */
export interface ActionsServiceActionAttributes {
  /** It only reads. */
  readOnly: boolean;
  /** It may destroy something. */
  destructive: boolean;
  /** Doing it twice is as doing it once. */
  idempotent: boolean;
}

/** An action of some plugin of the deployment. */
export type ActionsServiceAction = {
  /** `<plugin id>:<name>` */
  id: string;
  pluginId: string;
  name: string;
  title: string;
  description: string;
  schema: { input: JSONSchema7; output: JSONSchema7; secrets?: JSONSchema7 };
  examples?: Array<{
    title: string;
    description?: string;
    input: JsonObject;
    output?: JsonObject;
  }>;
  attributes: ActionsServiceActionAttributes;
};

/** Finds and runs the actions of all plugins. */
export interface ActionsService {
  /** The actions of the plugins in `backend.actions.pluginSources` that the credentials may see. */
  list(options: {
    credentials: BackstageCredentials;
  }): Promise<{ actions: ActionsServiceAction[] }>;
  /** @throws ResponseError when the plugin of the action refuses or fails */
  invoke(options: {
    id: string;
    input?: JsonObject;
    secrets?: JsonObject;
    credentials: BackstageCredentials;
  }): Promise<{ output: JsonValue }>;
}
