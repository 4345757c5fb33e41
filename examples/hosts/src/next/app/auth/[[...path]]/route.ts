import { auth } from '#auth';
import { clientAddress } from '#client-address';

const answer = (request: Request): Promise<Response> => auth.fetch(request, { ip: clientAddress(request) });

export { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as PATCH, answer as POST, answer as PUT };
