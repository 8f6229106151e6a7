import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  QueryPermissionRequest,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import type { PermissionsService, PermissionsServiceRequestOptions } from '../../api';

/** Many plugins ask for permissions at start; the client is loaded when one of them checks any. */
export class LazyPermissionsService implements PermissionsService {
  readonly #load: () => Promise<PermissionsService>;
  #client?: Promise<PermissionsService>;

  constructor(load: () => Promise<PermissionsService>) {
    this.#load = load;
  }

  async authorize(
    requests: AuthorizePermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<AuthorizePermissionResponse[]> {
    const client = await (this.#client ??= this.#load());
    return client.authorize(requests, options);
  }

  async authorizeConditional(
    requests: QueryPermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<QueryPermissionResponse[]> {
    const client = await (this.#client ??= this.#load());
    return client.authorizeConditional(requests, options);
  }
}
