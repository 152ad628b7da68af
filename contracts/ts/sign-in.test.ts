// Sign-in resources come back as they were, and nothing else is read as one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSignInResources, type SignInBinding, signInResources, signInStatements } from './sign-in.ts'
import { address, bytes } from './testing/arbitraries.ts'

const join: fc.Arbitrary<SignInBinding> = fc.record({
  action: fc.constant('join' as const),
  node: address(),
  stream: bytes(32),
  wireguardKey: bytes(32),
})
const leave: fc.Arbitrary<SignInBinding> = fc.record({
  action: fc.constant('leave' as const),
  node: address(),
  stream: bytes(32),
})

test('round trip', () => {
  fc.assert(
    fc.property(fc.oneof(join, leave), (binding) => {
      expect(parseSignInResources(signInResources(binding))).toEqual(binding)
    }),
  )
})

test('the statement of each action is its own', () => {
  expect(signInStatements.join).not.toBe(signInStatements.leave)
})

describe('malformed resources are not read', () => {
  const node = '0x52908400098527886E0F7030069857D2E4169EE7'
  const stream = `0x${'ab'.repeat(32)}` as const
  const good = signInResources({ action: 'join', node, stream, wireguardKey: `0x${'cd'.repeat(32)}` })
  const [action, nodeResource, streamResource, key] = good as [string, string, string, string]

  test.each<[string, string[]]>([
    ['none at all', []],
    ['one missing', [action, nodeResource, streamResource]],
    ['one more', [...good, 'urn:x4pn:extra:1']],
    ['one doubled', [action, nodeResource, nodeResource, key]],
    ['out of order', [nodeResource, action, streamResource, key]],
    ['another prefix', [action.replace('x4pn', 'x4pm'), nodeResource, streamResource, key]],
    ['another scheme', [action.replace('urn', 'uri'), nodeResource, streamResource, key]],
    ['an unknown action', ['urn:x4pn:action:stay', nodeResource, streamResource, key]],
    ['a leaving with a key', ['urn:x4pn:action:leave', nodeResource, streamResource, key]],
    ['an address that is too short', [action, nodeResource.slice(0, -1), streamResource, key]],
    ['a stream that is too long', [action, nodeResource, `${streamResource}00`, key]],
    ['a key that is too short', [action, nodeResource, streamResource, key.slice(0, -2)]],
    ['a key that is no hex', [action, nodeResource, streamResource, `${key.slice(0, -2)}zz`]],
    ['a part too many', [`${action}:`, nodeResource, streamResource, key]],
    ['an empty value', [action, 'urn:x4pn:node:', streamResource, key]],
  ])('%s', (_, resources) => {
    expect(parseSignInResources(resources)).toBeUndefined()
  })

  test('any noise', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), (resources) => {
        expect(parseSignInResources(resources)).toBeUndefined()
      }),
    )
  })
})
