import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  AuthorizeResult,
  QueryPermissionRequest,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import type { PermissionsService } from '../../api';

type Definitive = AuthorizeResult.ALLOW | AuthorizeResult.DENY;

/** Gives every request the same answer. */
export class MockPermissionsService implements PermissionsService {
  constructor(private readonly result: Definitive = 'ALLOW' as Definitive) {}

  async authorize(requests: AuthorizePermissionRequest[]): Promise<AuthorizePermissionResponse[]> {
    return requests.map(request => ({ ...request, result: this.result }));
  }

  async authorizeConditional(
    requests: QueryPermissionRequest[],
  ): Promise<QueryPermissionResponse[]> {
    return requests.map(request => ({ ...request, result: this.result }));
  }
}
