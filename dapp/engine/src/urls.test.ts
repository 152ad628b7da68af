import { expect, test } from 'vitest'
import { isApiUrl } from './urls.ts'

test.each(['https://node.example', 'http://203.0.113.7:8080', 'https://[2001:db8::1]:8443', 'https://a.example/base'])(
  'takes %s',
  (text) => {
    expect(isApiUrl(text)).toBe(true)
  },
)

test.each([
  '',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'ftp://node.example',
  'https://',
  ' https://node.example',
  'https://node.example\n',
  'https://node\t.example',
  'https://node.example/',
  'https://node.example?x=1',
  'https://node.example#x',
  'https://user:secret@node.example',
  'https://node.example/"><script>',
  `https://node.example/${'x'.repeat(512)}`,
])('refuses %j', (text) => {
  expect(isApiUrl(text)).toBe(false)
})

test('behaviour: an RPC endpoint may carry a query', () => {
  expect(isApiUrl('https://rpc.example/?key=1', { query: true })).toBe(true)
})
