import type { NewImport } from '../engine/edit-imports';
import { SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import { oldContractOf } from '../engine/old-contract';
import { isAtLeast } from '../engine/version';

/** Where the adapters come from that keep old contracts. */
export const FORKLIFT = 'backstage-forklift/legacy';

/** A key of the environment that is made of services, as the old code knows it. */
export interface KeptContract {
  readonly services: readonly ServiceMapping[];
  /** Makes the value; its argument is the object with all services. */
  readonly import: NewImport;
  /** `create(services.cache)`, or `create(services)`; undefined for a service of its own. */
  print(services: string): string | undefined;
  /** What is imported is a service factory, which the backend has to add. */
  readonly isFactory: boolean;
}

/** How the code uses its environment. */
interface ContractContext {
  readonly dependencies: Readonly<Record<string, string>>;
  /** It is handed on as a whole, to code that may want everything as it was. */
  readonly isWhole: boolean;
}

/** Up to here, readers had a `read`. */
const WITHOUT_READ = '0.16.0';

/** The contract that a key keeps; undefined where its service does what the old value did. */
export function contractOf(
  key: string,
  { dependencies, isWhole }: ContractContext,
): KeptContract | undefined {
  if (key === 'reader') return isWhole || hasRead(dependencies) ? READER : undefined;
  if (key === 'logger' && !isWhole) return undefined;
  const contract = oldContractOf(key, {});
  if (!contract) return undefined;
  const { services, factory = false } = contract;
  const { name } = contract.function;
  const [only, ...others] = services;
  const argument = others.length === 0 ? `.${only.name}` : '';
  return {
    services,
    import: { module: FORKLIFT, name },
    print: from => (factory ? undefined : `${name}(${from}${argument})`),
    isFactory: factory,
  };
}

const READER: KeptContract = {
  services: [SAME_SERVICES.reader],
  import: { module: FORKLIFT, name: 'urlReaderToLegacy' },
  print: from => `urlReaderToLegacy(${from}.reader)`,
  isFactory: false,
};

function hasRead(dependencies: Readonly<Record<string, string>>): boolean {
  const common = dependencies['@backstage/backend-common'];
  return common !== undefined && !isAtLeast(common, WITHOUT_READ);
}
