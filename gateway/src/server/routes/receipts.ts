// POST /v1/receipts: each item stands for itself. When the disk refuses, the whole request fails: nothing was taken.
import { routes } from '@x4pn/gateway-api'
import { ApiError } from '../../api-error.ts'
import { acceptReceipt } from '../../sessions/accept-receipt.ts'
import type { App, RouteContext } from '../server.ts'

export function receiptsRoute(app: App, { gateway, credit }: RouteContext): void {
  const schema = { body: routes.receipts.body, response: { 200: routes.receipts.response } }
  // A compiled serialiser validates each result to choose between its two shapes: three times the work of JSON itself.
  const serializerCompiler = () => JSON.stringify
  app.post(routes.receipts.path, { schema, serializerCompiler }, async ({ body }) => {
    const results = await Promise.all(
      body.receipts.map((item) =>
        acceptReceipt(gateway, credit, item).then(
          (usage) => ({ usage }),
          (error: unknown) => {
            if (error instanceof ApiError && error.code !== 'JOURNAL_UNAVAILABLE') return error.body()
            throw error
          },
        ),
      ),
    )
    return { results }
  })
}
