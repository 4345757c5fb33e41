import { auth } from '#auth';
import { clientAddress } from '#client-address';

const answer = async (request: Request): Promise<Response> => {
  const outcome = await auth.guard(request, { ip: clientAddress(request) });
  if (outcome.kind === 'refused') return outcome.response;
  return new Response(outcome.kind === 'allowed' ? `Hello, ${outcome.principal.user.name}` : '', { headers: outcome.headers });
};

export { answer as GET, answer as OPTIONS, answer as POST };
