import { InvalidValue } from '../core/invalid-value.js';
import { type UserName, parseUserName } from '../core/names.js';
import { HttpProblem, type HttpRequest } from './http-function.js';

/** The name of the user that a request is about. Throws HttpProblem 400. */
export function userInPath({ pathParameters }: HttpRequest): UserName {
  try {
    return parseUserName(pathParameters.name ?? '', 'name');
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    const { field, value, rule } = error;
    throw new HttpProblem(400, 'Invalid request', error.message, {
      errors: [{ field, value, rule: `it must be ${rule}` }],
    });
  }
}

/** Which of the two it is, not there or not managed here, is nobody's business. */
export function noSuchUser(name: UserName): HttpProblem {
  return new HttpProblem(404, 'No such user', `No managed user is named ${name}.`);
}
