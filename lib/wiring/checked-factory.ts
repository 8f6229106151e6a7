import type { InternalServiceFactory } from '../api/service-factory';
import type { InternalServiceRef } from '../api/service-ref';

/** A service factory that is known to be well-formed. What is asked of it often has been read once. */
export class CheckedFactory {
  readonly id: string;
  readonly isRoot: boolean;
  readonly isMultiton: boolean;
  /** The names under which it wants other services, and for each its ref. */
  readonly names: readonly string[];
  readonly refs: readonly InternalServiceRef[];

  constructor(
    readonly feature: InternalServiceFactory,
    { id, scope, multiton }: InternalServiceRef,
    names: readonly string[],
    refs: readonly InternalServiceRef[],
  ) {
    this.id = id;
    this.isRoot = scope === 'root';
    this.isMultiton = multiton === true;
    this.names = names;
    this.refs = refs;
  }

  /** Whether its service is made at start. */
  get isEager(): boolean {
    const { initialization = this.isRoot ? 'always' : 'lazy' } = this.feature;
    return initialization === 'always';
  }
}
