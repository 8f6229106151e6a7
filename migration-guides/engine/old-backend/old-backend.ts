import type { ts } from 'ts-morph';
import type { ParsedModule } from '../parse-module';

/** A plugin's environment as main() makes it: `createEnv('catalog')`. */
export interface Environment {
  /** What the plugin's database, cache and log label are named after; source text when it is computed. */
  readonly id: string;
  readonly isComputed?: boolean;
}

/** What a local variable of main() stands for. */
export type Role =
  | { readonly kind: 'config' }
  | { readonly kind: 'logger' }
  | { readonly kind: 'createEnv' }
  | { readonly kind: 'environment'; readonly environment: Environment }
  | { readonly kind: 'router' }
  /** A plugin's router, made before it is mounted. */
  | { readonly kind: 'made'; readonly expression: ts.Expression }
  /** The middleware of the old authentication tutorial, which asked for a token. */
  | { readonly kind: 'token-check' }
  | { readonly kind: 'service' };

/** `router.use(path, ...handlers)`, or `service.addRouter(path, handler)`. */
export interface Mount {
  readonly node: ts.Node;
  /** The address below the server's root, or undefined when it is computed. */
  readonly path: string | undefined;
  /** The variable behind an address `/api/${id}`. */
  readonly computedId?: string;
  readonly handlers: readonly ts.Expression[];
  /** True when the one handler is a function of the environment, which a helper calls. */
  readonly isFactory?: boolean;
  /** The environments that the handlers use; usually one. */
  readonly environments: readonly Environment[];
}

/** A call on the service builder other than addRouter and start: `setPort(7007)`. */
export interface BuilderOption {
  readonly name: string;
  readonly call: ts.CallExpression;
}

/** What a statement of main() does. */
export type Step =
  /** Makes a part of the old backend that the new one brings along. */
  | { readonly kind: 'setup'; readonly node: ts.Statement; readonly reason?: string }
  | {
      readonly kind: 'mount';
      /** Its statement, or its row in a list. */
      readonly node: ts.Statement | ts.ObjectLiteralExpression;
      readonly mount: Mount;
    }
  /** A handler in front of every plugin: `apiRouter.use(cookieParser())`. */
  | { readonly kind: 'middleware'; readonly node: ts.Statement; readonly mount: Mount }
  /** A condition, loop or block with mounts inside. */
  | { readonly kind: 'branch'; readonly node: ts.Statement; readonly steps: readonly Step[] }
  /** The builder's calls: routers and options, in order. */
  | {
      readonly kind: 'service';
      readonly node: ts.Statement;
      readonly mounts: readonly Mount[];
      readonly options: readonly BuilderOption[];
    }
  /** Something of the project's own. */
  | { readonly kind: 'own'; readonly node: ts.Statement }
  /** Touches the old set-up in a way that is not understood. */
  | { readonly kind: 'unknown'; readonly node: ts.Statement; readonly reason: string };

/** The function that makes environments, and the keys they have. */
export interface EnvironmentFactory {
  readonly declaration: ts.FunctionDeclaration | ts.VariableDeclaration;
  readonly body: ts.Block;
  /** The function that it returns, which makes the environment of one plugin. */
  readonly inner: ts.ArrowFunction | ts.FunctionExpression;
  /** The object that the inner function returns; undefined when it is not a plain object. */
  readonly environment: ts.ObjectLiteralExpression | undefined;
}

/** The function around createServiceBuilder. */
export interface MainFunction {
  readonly declaration: ts.FunctionDeclaration | ts.VariableDeclaration;
  readonly body: ts.Block;
}

/** An index.ts of the old system, understood. */
export interface OldBackend {
  readonly module: ParsedModule;
  readonly main: MainFunction;
  readonly factory: EnvironmentFactory | undefined;
  readonly steps: readonly Step[];
  readonly roles: ReadonlyMap<ts.Symbol, Role>;
  /** Functions that only mounted what they were given; lifted mounts do not need them. */
  readonly helpers: ReadonlySet<ts.Node>;
}
