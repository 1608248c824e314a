// SPDX-License-Identifier: GPL-2.0-or-later
// usage: read.mjs duckdb|hyparquet FILE…    Prints each row as an array of texts, "" for NULL; first the names.
import { readFileSync } from 'node:fs'

async function byDuckdb(path) {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`select * from read_parquet('${path}')`)
  return [reader.columnNames(), ...reader.getRows()]
}

async function byHyparquet(path) {
  const { parquetReadObjects, parquetMetadata } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const names = parquetMetadata(file).schema.slice(1).map((element) => element.name)
  const rows = await parquetReadObjects({ file, compressors })
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
}

const [reader, ...paths] = process.argv.slice(2)
for (const path of paths)
  for (const row of await (reader === 'duckdb' ? byDuckdb : byHyparquet)(path))
    console.log(JSON.stringify(row.map((value) => (value === null || value === undefined ? '' : String(value)))))
