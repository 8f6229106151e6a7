import type {
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  EvaluatorRequestOptions,
  PermissionEvaluator,
  QueryPermissionRequest,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import type { BackstageCredentials } from './auth-service';

/** Options of the calls of {@link PermissionsService}. */
export interface PermissionsServiceRequestOptions extends EvaluatorRequestOptions {
  credentials: BackstageCredentials;
}

/** Asks whether a principal may do something. */
export interface PermissionsService extends PermissionEvaluator {
  authorize(
    requests: AuthorizePermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<AuthorizePermissionResponse[]>;
  authorizeConditional(
    requests: QueryPermissionRequest[],
    options: PermissionsServiceRequestOptions,
  ): Promise<QueryPermissionResponse[]>;
}
