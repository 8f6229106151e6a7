import type { BasicPermission } from '@backstage/plugin-permission-common';
import type { AnyZodObject, z } from 'zod/v3';
import type { ActionsServiceActionAttributes } from './actions-service';
import type { BackstageCredentials } from './auth-service';
import type { LoggerService } from './logger-service';

/** What an action works with. */
export type ActionsRegistryActionContext<
  TInputSchema extends AnyZodObject,
  TSecretsSchema extends AnyZodObject | undefined = undefined,
> = {
  input: z.infer<TInputSchema>;
  secrets: TSecretsSchema extends AnyZodObject ? z.infer<TSecretsSchema> : undefined;
  logger: LoggerService;
  credentials: BackstageCredentials;
};

/** How an action is used. */
export type ActionsRegistryActionExample<
  TInputSchema extends AnyZodObject,
  TOutputSchema extends AnyZodObject,
> = {
  title: string;
  description?: string;
  input: z.infer<TInputSchema>;
  output?: z.infer<TOutputSchema>;
};

/** Options of {@link ActionsRegistryService.register}. */
export type ActionsRegistryActionOptions<
  TInputSchema extends AnyZodObject,
  TOutputSchema extends AnyZodObject,
  TSecretsSchema extends AnyZodObject | undefined = undefined,
> = {
  /** Unique in the plugin. */
  name: string;
  title: string;
  description: string;
  /** Schemas, made with the zod that is handed over. */
  schema: {
    input: (zod: typeof z) => TInputSchema;
    output: (zod: typeof z) => TOutputSchema;
    secrets?: (zod: typeof z) => TSecretsSchema extends AnyZodObject ? TSecretsSchema : never;
  };
  examples?: Array<ActionsRegistryActionExample<TInputSchema, TOutputSchema>>;
  /** Whoever lacks it does not learn that there is such an action. */
  visibilityPermission?: BasicPermission;
  /** By default an action is destructive unless it only reads, and neither reads only nor is idempotent. */
  attributes?: Partial<ActionsServiceActionAttributes>;
  action: (
    context: ActionsRegistryActionContext<TInputSchema, TSecretsSchema>,
  ) => Promise<z.infer<TOutputSchema> extends void ? void : { output: z.infer<TOutputSchema> }>;
};

/** Offers actions of a plugin to the deployment. */
export interface ActionsRegistryService {
  /** @throws Error when the plugin has an action of that name */
  register<
    TInputSchema extends AnyZodObject,
    TOutputSchema extends AnyZodObject,
    TSecretsSchema extends AnyZodObject | undefined = undefined,
  >(
    options: ActionsRegistryActionOptions<TInputSchema, TOutputSchema, TSecretsSchema>,
  ): void;
}
