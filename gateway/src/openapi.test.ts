// The committed OpenAPI document is what the routes say; run with X4PN_WRITE_README=1 to write it anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { errorTable, openApiDocument, routes } from '@x4pn/gateway-api'
import { expect, test } from 'vitest'
import { ask } from './testing/http.ts'
import { gateway, useGateway } from './testing/use-gateway.ts'

const path = new URL('../api/openapi.json', import.meta.url)

useGateway()

test('the committed document is the one that the routes make', () => {
  const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`
  if (process.env.X4PN_WRITE_README) writeFileSync(path, text)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('it is valid OpenAPI', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(openApiDocument())))
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('it is what the node serves', async () => {
  const { body } = await ask<unknown>(`${gateway.apiUrl}${routes.openapi.path}`)
  expect(body).toEqual(JSON.parse(readFileSync(path, 'utf8')))
})

test('every code can be met somewhere, and no route names one twice', () => {
  // These two come from the server itself, whatever the route.
  const met = new Set<string>(['NOT_FOUND', 'INTERNAL'])
  for (const { errors } of Object.values(routes)) {
    expect(new Set(errors).size).toBe(errors.length)
    for (const code of errors) met.add(code)
  }
  expect([...met].sort()).toEqual(Object.keys(errorTable).sort())
})
