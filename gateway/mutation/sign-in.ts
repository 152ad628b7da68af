// Signing in and joining, and what is said to strangers.
import type { Mutant } from './mutant.ts'

const signIn = 'gateway/src/sign-in/sign-in.test.ts'
const join = 'gateway/src/sessions/join.test.ts'

export const mutants: Mutant[] = [
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/domain.ts',
    from: 'if (siwe.domain !== request.domain)',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/domain.ts',
    from: "if (siwe.uri.replace(/\\/$/, '') !== config.apiUrl)",
    to: 'if (!siwe.uri.startsWith(config.apiUrl))',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/domain.ts',
    from: 'if (siwe.chainId !== config.chainId)',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/message.ts',
    from: 'if (siwe.statement !== signInStatements[binding.action])',
    to: 'if (siwe.statement !== undefined && siwe.statement !== signInStatements[binding.action])',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/message.ts',
    from: 'if (binding.action !== request.action)',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/times.ts',
    from: 'if (!(expiresAt - issuedAt <= SIGN_IN_LIFETIME * 1000))',
    to: 'if (expiresAt - issuedAt > SIGN_IN_LIFETIME * 1000)',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/times.ts',
    from: ' && now >= notBefore - CLOCK_SKEW',
    to: '',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/nonce.ts',
    from: 'if (!isNonceValid(keys.nonceKey, siwe.nonce, Math.floor(now / 1000)))',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 23,
    file: 'gateway/src/sign-in/checks/binding.ts',
    from: 'if (binding.stream.toLowerCase() !== stream)',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 24,
    file: 'gateway/src/sign-in/checks/binding.ts',
    from: 'if (!isAddressEqual(binding.node, node))',
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 28,
    file: 'gateway/src/sign-in/checks/binding.ts',
    from: "if (binding.action === 'join' && binding.wireguardKey !== wireguardKey?.toLowerCase())",
    to: 'if (false as boolean)',
    test: signIn,
  },
  {
    pitfall: 28,
    file: 'gateway/src/sessions/admission/room.ts',
    from: 'if (sessions.byWireguardKey(wireguardKey) || wireguardKey === keys.wireguard.publicKey)',
    to: 'if (wireguardKey === keys.wireguard.publicKey)',
    test: join,
  },
  {
    pitfall: 27,
    file: 'gateway/src/server/routes/sessions.ts',
    from: 'return queue.run(streamOf(user, node, sessionKey), () =>',
    to: 'return queue.run(crypto.randomUUID(), () =>',
    test: join,
  },
  {
    pitfall: 30,
    file: 'gateway/src/sessions/join.ts',
    from: "if (signIn.issuedAt <= session.signedInAt) throw new ApiError('SIGNIN_SUPERSEDED')",
    to: '',
    test: join,
  },
  {
    pitfall: 37,
    file: 'gateway/src/server/server.ts',
    from: "{ route: request.routeOptions.url ?? 'none', status",
    to: '{ route: request.url, status',
    test: 'gateway/src/server/operator.test.ts',
  },
]
