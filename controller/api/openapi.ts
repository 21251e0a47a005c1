/** The API as an OpenAPI 3.1 document, made from the table of routes and from nothing else. */
import { problem } from '@branchline/contracts/http/common';
import type { Route } from '@branchline/contracts/http/route';
import * as z from 'zod';

type Json = Readonly<Record<string, unknown>>;

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  /** The cookie that carries the session. */
  readonly cookie: string;
}

export function openApiOf(table: Readonly<Record<string, Route>>, info: ApiInfo): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [id, route] of Object.entries(table))
    paths[route.path] = { ...paths[route.path], [route.method]: operation(id, route) };
  return {
    openapi: '3.1.0',
    info: { title: info.title, version: info.version },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: info.cookie } },
    },
  };
}

function operation(operationId: string, route: Route): Json {
  return {
    operationId,
    summary: route.says,
    security: route.access === 'session' ? [{ session: [] }] : [],
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...requestBody(route),
    responses: {
      '200': { description: route.says, content: answerContent(route) },
      default: {
        description: 'a refusal: what is wrong and what would be right',
        content: json({ $ref: '#/components/schemas/Problem' }),
      },
    },
  };
}

function requestBody(route: Route): Json {
  if (route.takes) return { requestBody: { required: true, content: { [route.takes]: {} } } };
  if (!route.body) return {};
  return { requestBody: { required: true, content: json(schemaOf(route.body, 'input')) } };
}

function answerContent(route: Route): Json {
  if (route.response) return json(schemaOf(route.response, 'output'));
  return { [route.answersWith ?? 'application/octet-stream']: {} };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

const json = (schema: Json): Json => ({ 'application/json': { schema } });

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, reused: 'inline' });
  return rest;
}
