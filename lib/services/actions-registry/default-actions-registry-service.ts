import { NotAllowedError, NotFoundError } from '@backstage/errors';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AnyZodObject } from 'zod/v3';
import type {
  ActionsRegistryActionOptions,
  ActionsRegistryService,
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
  RootConfigService,
} from '../../api';
import { readActionFilter } from './action-filter';
import { attributesOf, describeAction, runAction, type ActionOptions } from './registered-action';

/** Options of {@link DefaultActionsRegistryService.create}. */
export interface DefaultActionsRegistryServiceOptions {
  pluginId: string;
  logger: LoggerService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  config: RootConfigService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
}

type RegisteredAction = readonly [id: string, action: ActionOptions];

const BASE_PATH = '/.backstage/actions';

/** Keeps the actions of a plugin and serves them under `/.backstage/actions`. */
export class DefaultActionsRegistryService implements ActionsRegistryService {
  static create(options: DefaultActionsRegistryServiceOptions): DefaultActionsRegistryService {
    return new DefaultActionsRegistryService(options);
  }

  private readonly actions = new Map<string, ActionOptions>();

  private constructor(private readonly options: DefaultActionsRegistryServiceOptions) {}

  register<
    TInputSchema extends AnyZodObject,
    TOutputSchema extends AnyZodObject,
    TSecretsSchema extends AnyZodObject | undefined = undefined,
  >(action: ActionsRegistryActionOptions<TInputSchema, TOutputSchema, TSecretsSchema>): void {
    const id = `${this.options.pluginId}:${action.name}`;
    if (this.actions.has(id)) {
      throw new Error(`Action with id "${id}" is already registered`);
    }
    if (action.visibilityPermission) {
      this.options.permissionsRegistry.addPermissions([action.visibilityPermission]);
    }
    this.actions.set(id, action);
  }

  createRouter(): Router {
    const router = PromiseRouter();
    router.use(`${BASE_PATH}/`, express.json());
    router.get(`${BASE_PATH}/v1/actions`, async (req, res) => {
      const credentials = await this.options.httpAuth.credentials(req);
      const visible = await this.visibleActions([...this.actions], credentials);
      res.json({
        actions: visible.map(([id, action]) => describeAction(this.options.pluginId, id, action)),
      });
    });
    router.post(`${BASE_PATH}/v1/actions/:actionId/invoke`, (req, res) =>
      this.invoke(req, res, { input: req.body }),
    );
    router.post(`${BASE_PATH}/v2/actions/:actionId/invoke`, (req, res) =>
      this.invoke(req, res, req.body),
    );
    return router;
  }

  private async invoke(
    req: Request<{ actionId: string }>,
    res: Response,
    values: { input: unknown; secrets?: unknown },
  ): Promise<void> {
    const { auth, httpAuth, logger } = this.options;
    const credentials = await httpAuth.credentials(req);
    if (auth.isPrincipal(credentials, 'none')) {
      throw new NotAllowedError(
        'Actions must be invoked by an authenticated principal, not an anonymous request',
      );
    }
    const id = req.params.actionId;
    const action = await this.findVisible(id, credentials);
    res.json(await runAction(id, action, { ...values, credentials, logger }));
  }

  /** @throws NotFoundError, also when the action is there but hidden */
  private async findVisible(id: string, credentials: BackstageCredentials): Promise<ActionOptions> {
    const action = this.actions.get(id);
    const visible = action && (await this.visibleActions([[id, action]], credentials))[0];
    if (!visible) {
      throw new NotFoundError(`Action "${id}" not found`);
    }
    return visible[1];
  }

  private async visibleActions(
    entries: RegisteredAction[],
    credentials: BackstageCredentials,
  ): Promise<RegisteredAction[]> {
    const { config, permissions, pluginId } = this.options;
    const sources = config.getOptionalStringArray('backend.actions.pluginSources');
    if (sources && !sources.includes(pluginId)) {
      return [];
    }
    const passes = readActionFilter(config);
    const offered = entries.filter(([id, action]) =>
      passes({ id, attributes: attributesOf(action) }),
    );
    const guarded = offered.filter(([, action]) => action.visibilityPermission);
    if (guarded.length === 0) {
      return offered;
    }
    const decisions = await permissions.authorize(
      guarded.map(([, action]) => ({ permission: action.visibilityPermission! })),
      { credentials },
    );
    const hidden = new Set(guarded.filter((_, index) => decisions[index].result !== 'ALLOW'));
    return offered.filter(entry => !hidden.has(entry));
  }
}
