// The README's tables are what the code says; run with X4PN_WRITE_README=1 to write them anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { errorTable, routes } from '@x4pn/gateway-api'
import { expect, test } from 'vitest'
import { Environment } from './environment.ts'

const path = new URL('../README.md', import.meta.url)

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

type Property = { description?: string; default?: string | number }
const required: readonly string[] = Environment.required
const tables: Record<string, string> = {
  environment: table(
    ['variable', 'default', 'meaning'],
    Object.entries(Environment.properties).map(([name, property]) => {
      const { description = '', default: fallback } = property as Property
      const absent = required.includes(name) ? 'needed' : ''
      return [`\`${name}\``, fallback === undefined ? absent : `\`${fallback}\``, description]
    }),
  ),
  endpoints: table(
    ['endpoint', 'what it does'],
    Object.values(routes).map(({ method, path: route, summary }) => [
      `\`${method} ${route.replace(':stream', '{stream}')}\``,
      summary,
    ]),
  ),
  errors: table(
    ['code', 'status', 'what it means', 'what to do'],
    Object.entries(errorTable).map(([code, { status, message, fix }]) => [
      `\`${code}\``,
      String(status),
      message,
      fix.replaceAll('|', '\\|'),
    ]),
  ),
}

test.each(Object.entries(tables))('%s', (name, expected) => {
  const readme = readFileSync(path, 'utf8')
  const marked = new RegExp(`(<!-- ${name} -->\\n)([\\s\\S]*?)(\\n<!-- /${name} -->)`)
  if (process.env.X4PN_WRITE_README)
    writeFileSync(
      path,
      readme.replace(marked, (_, a, __, b) => a + expected + b),
    )
  expect(marked.exec(readFileSync(path, 'utf8'))?.[2]).toBe(expected)
})

test('every variable has a meaning', () => {
  for (const [name, property] of Object.entries(Environment.properties)) {
    expect((property as Property).description, name).toBeTruthy()
  }
})
