import type { BackstageCredentials } from './auth-service';

/** What is known of a user. */
export interface BackstageUserInfo {
  userEntityRef: string;
  /** The user itself and the groups that it belongs to. */
  ownershipEntityRefs: string[];
}

/** Looks up users. */
export interface UserInfoService {
  /** @throws Error when the credentials are not those of a user */
  getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo>;
}
