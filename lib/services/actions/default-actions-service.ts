import { ResponseError } from '@backstage/errors';
import type { JsonObject, JsonValue } from '@backstage/types';
import type {
  ActionsService,
  ActionsServiceAction,
  AuthService,
  BackstageCredentials,
  DiscoveryService,
  LoggerService,
  RootConfigService,
} from '../../api';
import { readActionFilter } from '../actions-registry/action-filter';

/** Options of {@link DefaultActionsService.create}. */
export interface DefaultActionsServiceOptions {
  discovery: DiscoveryService;
  config: RootConfigService;
  logger: LoggerService;
  auth: AuthService;
}

/** Asks the plugins of `backend.actions.pluginSources`, wherever they run, for their actions. */
export class DefaultActionsService implements ActionsService {
  static create(options: DefaultActionsServiceOptions): DefaultActionsService {
    return new DefaultActionsService(options);
  }

  private constructor(private readonly options: DefaultActionsServiceOptions) {}

  async list({ credentials }: { credentials: BackstageCredentials }) {
    const { config } = this.options;
    const sources = config.getOptionalStringArray('backend.actions.pluginSources') ?? [];
    const lists = await Promise.all(sources.map(source => this.listOf(source, credentials)));
    return { actions: lists.flat().filter(readActionFilter(config)) };
  }

  async invoke(options: {
    id: string;
    input?: JsonObject;
    secrets?: JsonObject;
    credentials: BackstageCredentials;
  }): Promise<{ output: JsonValue }> {
    const { id, input, secrets, credentials } = options;
    const [pluginId, name] = id.split(':', 2);
    if (name === undefined) {
      throw new Error(`Invalid action id: ${id}`);
    }
    const [version, body] = secrets ? ['v2', { input, secrets }] : ['v1', input];
    const { output } = await this.request(
      pluginId,
      `${version}/actions/${encodeURIComponent(id)}/invoke`,
      credentials,
      {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      },
    );
    return { output };
  }

  /** A plugin that does not answer has no actions, and does not keep the others from having theirs. */
  private async listOf(
    pluginId: string,
    credentials: BackstageCredentials,
  ): Promise<ActionsServiceAction[]> {
    try {
      return (await this.request(pluginId, 'v1/actions', credentials)).actions;
    } catch (error) {
      this.options.logger.warn(`Failed to fetch actions from ${pluginId}`, error as Error);
      return [];
    }
  }

  private async request(
    pluginId: string,
    path: string,
    credentials: BackstageCredentials,
    init?: { method: string; body: string; headers: Record<string, string> },
  ): Promise<any> {
    const { auth, discovery } = this.options;
    const baseUrl = await discovery.getBaseUrl(pluginId);
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: pluginId,
    });
    const response = await fetch(`${baseUrl}/.backstage/actions/${path}`, {
      ...init,
      headers: { ...init?.headers, Authorization: `Bearer ${token}` },
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}
