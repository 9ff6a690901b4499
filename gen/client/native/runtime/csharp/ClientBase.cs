using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Jiekou
{
    /// <summary>A request breaks rules of the document. It was not sent.</summary>
    public sealed class InvalidRequestException : ArgumentException
    {
        /// <summary>The interface.</summary>
        public string Cmd { get; }

        /// <summary>The rules that it breaks.</summary>
        public IList<Problem> Problems { get; }

        internal InvalidRequestException(string cmd, IList<Problem> problems) : base(cmd + " was not sent: " + string.Join("; ", problems))
        {
            Cmd = cmd;
            Problems = problems;
        }
    }

    /// <summary>The server refused a request, with a code of the document.</summary>
    public sealed class RefusedException : Exception
    {
        /// <summary>The interface.</summary>
        public string Cmd { get; }

        /// <summary>The code of the document.</summary>
        public string Code { get; }

        /// <summary>The text that the server sent with it.</summary>
        public string Text { get; }

        /// <summary>The HTTP status.</summary>
        public int Status { get; }

        /// <summary>The message id of the request.</summary>
        public string Id { get; }

        internal RefusedException(string cmd, string code, string text, int status, string id) : base(cmd + " was refused: " + ((code + text).Trim() == "" ? "HTTP " + status : (code + " " + text).Trim() + " (HTTP " + status + ")"))
        {
            Cmd = cmd;
            Code = code;
            Text = text;
            Status = status;
            Id = id;
        }
    }

    /// <summary>
    /// An answer that nobody vouches for: the page of a proxy, an empty body, a refusal that no key proves, a reply
    /// that is not of the document's types. The request may have been carried out.
    /// </summary>
    public sealed class UnreadableReplyException : Exception
    {
        /// <summary>The interface.</summary>
        public string Cmd { get; }

        /// <summary>The HTTP status.</summary>
        public int Status { get; }

        /// <summary>The message id of the request.</summary>
        public string Id { get; }

        /// <summary>The code that it has, where it is a refusal that no key proves.</summary>
        public string Code { get; }

        /// <summary>The text of that refusal.</summary>
        public string Text { get; }

        internal UnreadableReplyException(string cmd, int status, string id, string why, string code = "", string text = "") : base(cmd + ": no proper reply (HTTP " + status + "): " + why)
        {
            Cmd = cmd;
            Status = status;
            Id = id;
            Code = code;
            Text = text;
        }
    }

    /// <summary>
    /// No reply came: a fault of the connection, or the end of the time. The request may have been carried out; with
    /// the same id it is carried out once.
    /// </summary>
    public sealed class NoReplyException : HttpRequestException
    {
        /// <summary>The interface.</summary>
        public string Cmd { get; }

        /// <summary>The message id of the request.</summary>
        public string Id { get; }

        internal NoReplyException(string cmd, string id, Exception why) : base(cmd + ": no reply: " + why.GetBaseException().Message, why)
        {
            Cmd = cmd;
            Id = id;
        }
    }

    /// <summary>A reply is not the server's, or was changed on its way. The request may have been carried out.</summary>
    public sealed class ForgedReplyException : Exception
    {
        /// <summary>The interface.</summary>
        public string Cmd { get; }

        /// <summary>The HTTP status.</summary>
        public int Status { get; }

        /// <summary>The message id of the request.</summary>
        public string Id { get; }

        internal ForgedReplyException(string cmd, int status, string id, Exception why) : base(cmd + ": the reply cannot be trusted (HTTP " + status + "), it was changed or the keys are not the server's: " + why.Message, why)
        {
            Cmd = cmd;
            Status = status;
            Id = id;
        }
    }

    /// <summary>One interface of the document.</summary>
    internal sealed class Interface<T> where T : Model, new()
    {
        internal string Cmd { get; set; }
        internal string Method { get; set; }
        internal string Path { get; set; }
        internal string Frame { get; set; } = "";
        internal bool Form { get; set; } // the body is a form
        internal bool Pairs { get; set; } // the payload is one
        internal bool InQuery { get; set; } // the payload goes into the query
        internal bool Token { get; set; } // its calls carry a token that was issued
    }

    /// <summary>The interface that issues the token which the other calls carry.</summary>
    internal sealed class Issuing
    {
        internal Func<Task<string>> Call { get; set; } // its reply as JSON
        internal bool Asks { get; set; } // its request has members that only the caller knows
        internal string[] Value { get; set; } // where its reply has the token
        internal string[] Seconds { get; set; } // and how long it lasts; none: Lasts
        internal long Lasts { get; set; }
        internal string[] Codes { get; set; } // say that a token is not good, or no longer

        /// <summary>Whether a refusal is one of the token.</summary>
        internal bool Refuses(string code, int status)
        {
            return Codes.Contains(code) || (status == 401 && code == "");
        }
    }

    /// <summary>Calls a system as one app: a request is validated, sealed and sent, and its reply verified.</summary>
    public abstract class ClientBase
    {
        private const int MaxReply = 16 << 20; // bytes
        private static readonly HttpClient Shared = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

        private readonly string server;
        private readonly string above;
        private readonly string query;
        private readonly string app;
        private readonly Dictionary<string, string> keys;
        private readonly object turn = new object();
        private string session;
        private long until = long.MaxValue;
        private Task<string> going; // the login that is under way

        /// <summary>Fields outside of the body, and what the protocol asks of its sender.</summary>
        public IDictionary<string, string> Values { get; set; } = new Dictionary<string, string>();

        /// <summary>Headers that each request has.</summary>
        public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

        /// <summary>How long a call may take; 30 seconds by default.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>The clock; the system's by default.</summary>
        public Func<DateTimeOffset> Clock { get; set; } = () => DateTimeOffset.UtcNow;

        /// <summary>The request of the login, where the document leaves members of it to the caller.</summary>
        public Model LoginWith { get; set; }

        /// <summary>What sends; one that does not follow redirects by default.</summary>
        public HttpClient Http { get; set; } = Shared;

        internal ClientBase(string url, string app, IDictionary<string, string> keys)
        {
            var at = Regex.Match(url, "\\A(https?://[^/?#]+)([^?#]*)(?:\\?([^#]*))?");
            if (!at.Success)
            {
                throw new ArgumentException("no URL of a server: " + url);
            }
            server = at.Groups[1].Value;
            above = at.Groups[2].Value.TrimEnd('/');
            query = at.Groups[3].Value;
            this.app = app;
            this.keys = new Dictionary<string, string>(keys);
            session = this.keys.TryGetValue(Token(), out session) ? session : "";
        }

        internal abstract Protocol Protocol();

        /// <summary>Whether the protocol writes the path itself.</summary>
        internal abstract bool HasPath();

        /// <summary>Whether keys prove replies.</summary>
        internal abstract bool Verified();

        /// <summary>The value that a token stands for; empty: there is none.</summary>
        internal abstract string Token();

        /// <summary>How the client gets its token; null: it does not.</summary>
        internal virtual Issuing Issues()
        {
            return null;
        }

        private long Now()
        {
            return Clock().ToUnixTimeMilliseconds();
        }

        internal async Task<T> SendAsync<T>(Interface<T> i, Model request, string id, CancellationToken cancel, IEnumerable<FilePart> files = null) where T : Model, new()
        {
            var given = request.AllFields().Where(f => f.Place == "" || !Values.ContainsKey(f.Name)).ToList();
            var problems = Rules.ProblemsOf(given, request);
            if (problems.Count > 0)
            {
                throw new InvalidRequestException(i.Cmd, problems);
            }
            Func<string, T> read = text => Json.Decode(new T(), text);
            var by = Issues();
            if (!i.Token || by == null || (by.Asks && LoginWith == null))
            {
                return await AskAsync(i, request, id, cancel, files, session, read).ConfigureAwait(false);
            }
            var token = await AuthorizedAsync(by, "").ConfigureAwait(false);
            try
            {
                return await AskAsync(i, request, id, cancel, files, token, read).ConfigureAwait(false);
            }
            catch (RefusedException e) when (by.Refuses(e.Code, e.Status))
            {
                // it was not carried out
            }
            catch (UnreadableReplyException e) when (by.Refuses(e.Code, e.Status))
            {
                // nor was this
            }
            token = await AuthorizedAsync(by, token).ConfigureAwait(false);
            return await AskAsync(i, request, id, cancel, files, token, read).ConfigureAwait(false);
        }

        /// <summary>A token that is good as far as is known, and not the refused one: one login for all that wait for it.</summary>
        private Task<string> AuthorizedAsync(Issuing by, string refused)
        {
            lock (turn)
            {
                if (session != "" && session != refused && Now() < until)
                {
                    return Task.FromResult(session);
                }
                if (going == null || going.IsCompleted)
                {
                    going = LogInAsync(by);
                }
                return going;
            }
        }

        private async Task<string> LogInAsync(Issuing by)
        {
            var asked = Now();
            var reply = await by.Call().ConfigureAwait(false);
            var token = Json.At(reply, by.Value);
            if (token == "")
            {
                throw new InvalidOperationException("the reply of the login has no token");
            }
            var told = Json.At(reply, by.Seconds);
            var millis = told == "" ? 1000 * by.Lasts : (long)(1000 * double.Parse(told, CultureInfo.InvariantCulture));
            lock (turn)
            {
                session = token;
                until = millis > 0 ? asked + millis - Math.Min(60000, millis / 10) : long.MaxValue;
            }
            return token;
        }

        /// <summary>The reply of the login as JSON.</summary>
        internal Task<string> IssueAsync<T>(Interface<T> i, Model request) where T : Model, new()
        {
            return AskAsync(i, request, "", CancellationToken.None, null, "", text => text);
        }

        /// <summary>Sends a request and reads the reply once it is verified.</summary>
        private async Task<R> AskAsync<T, R>(Interface<T> i, Model request, string id, CancellationToken cancel, IEnumerable<FilePart> files, string token, Func<string, R> read) where T : Model, new()
        {
            var call = Drafted(i, request, id ?? "", token);
            call.Files = files == null ? call.Files : files.ToArray();
            var m = Protocol().Seal(call, keys, Now());
            var foreign = m.Headers.FirstOrDefault(header => header.Value.Any(ch => ch > '~')).Key;
            if (foreign != null)
            {
                throw new ArgumentException(i.Cmd + " was not sent: " + foreign + ": HttpClient sends headers in ASCII only");
            }
            var sentId = Texts.String(m.Values["id"]);
            try
            {
                var came = await Exchange(m, cancel).ConfigureAwait(false);
                if (came.Body.Length > MaxReply)
                {
                    throw new UnreadableReplyException(i.Cmd, came.Status, sentId, "the reply is larger than " + MaxReply + " bytes");
                }
                return Opened(i, m, came, sentId, read);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && (e is HttpRequestException || e is OperationCanceledException || e is System.IO.IOException))
            {
                throw new NoReplyException(i.Cmd, sentId, e is OperationCanceledException ? new TimeoutException("none within " + Timeout.TotalSeconds + " s", e) : e);
            }
        }

        /// <summary>Verifies a reply and reads it.</summary>
        private R Opened<T, R>(Interface<T> i, Message m, Incoming came, string id, Func<string, R> read) where T : Model, new()
        {
            Verdict verdict;
            try
            {
                verdict = Protocol().Open(m, keys, came, Now());
            }
            catch (ProtocolException e)
            {
                if (e.Foreign)
                {
                    throw new UnreadableReplyException(i.Cmd, came.Status, id, BodyOf(came));
                }
                throw new ForgedReplyException(i.Cmd, came.Status, id, e);
            }
            if (verdict.Unknown && Verified() || verdict.Ok && !verdict.Proved && came.Status / 100 != 2)
            {
                var said = (verdict.Code + " " + verdict.Text).Trim();
                throw new UnreadableReplyException(i.Cmd, came.Status, id, said == "" ? BodyOf(came) : said, verdict.Code, verdict.Text);
            }
            if (!verdict.Ok)
            {
                throw new RefusedException(i.Cmd, verdict.Code, verdict.Text, came.Status, id);
            }
            try
            {
                return read(Json.Joined(new T(), verdict.Payload, came.Headers));
            }
            catch (ProtocolException e)
            {
                throw new UnreadableReplyException(i.Cmd, came.Status, id, e.Message);
            }
        }

        /// <summary>What a body is, and nothing of what is in it.</summary>
        private static string BodyOf(Incoming reply)
        {
            var type = reply.Headers.Where(one => string.Equals(one.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Select(one => one.Value.Split(';')[0].Trim().ToLowerInvariant()).FirstOrDefault();
            return reply.Body.Length == 0 ? "the body is empty" : (string.IsNullOrEmpty(type) ? "a body" : type) + " of " + reply.Body.Length + " bytes";
        }

        private async Task<Incoming> Exchange(Message m, CancellationToken cancel)
        {
            using (var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel))
            using (var request = new HttpRequestMessage(new HttpMethod(m.Method), server + Texts.String(m.Path) + (m.Query == "" ? "" : "?" + Texts.String(m.Query))))
            {
                timer.CancelAfter(Timeout);
                request.Content = m.Body == "" ? null : new ByteArrayContent(Texts.Bytes(m.Body));
                foreach (var one in m.Headers.Where(header => header.Key != "Host"))
                {
                    if (!request.Headers.TryAddWithoutValidation(one.Key, one.Value))
                    {
                        request.Content?.Headers.TryAddWithoutValidation(one.Key, one.Value);
                    }
                }
                using (var reply = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token).ConfigureAwait(false))
                {
                    var body = await Gathered(reply.Content, timer.Token).ConfigureAwait(false);
                    var headers = reply.Headers.Concat(reply.Content.Headers).ToDictionary(one => one.Key, one => string.Join(", ", one.Value));
                    return new Incoming { Status = (int)reply.StatusCode, Headers = headers, Body = body };
                }
            }
        }

        /// <summary>A body, whose parts may come slowly, until the time is over; of a longer one a byte more than MaxReply.</summary>
        private static async Task<byte[]> Gathered(HttpContent content, CancellationToken over)
        {
            var parts = new System.IO.MemoryStream();
            var part = new byte[1 << 16];
            using (var stream = await content.ReadAsStreamAsync().ConfigureAwait(false))
            {
                while (parts.Length <= MaxReply)
                {
                    var reading = stream.ReadAsync(part, 0, part.Length, over);
                    if (await Task.WhenAny(reading, Task.Delay(-1, over)).ConfigureAwait(false) != reading)
                    {
                        throw new OperationCanceledException(over);
                    }
                    var n = await reading.ConfigureAwait(false);
                    if (n == 0)
                    {
                        break;
                    }
                    parts.Write(part, 0, n);
                }
            }
            return parts.ToArray();
        }

        private static string Escaped(string text)
        {
            return Texts.Url(Texts.Utf8(text), "-_.~", true);
        }

        /// <summary>Puts a request where the interface has it; the protocol does the rest.</summary>
        private Outgoing Drafted<T>(Interface<T> i, Model request, string id, string token) where T : Model, new()
        {
            var path = i.Path;
            var parts = new List<string>(query == "" ? new string[0] : new[] { query });
            var pairs = new List<string>();
            var rest = new List<Field>();
            var call = new Outgoing { App = app, Cmd = i.Cmd, Frame = i.Frame, Id = id, Method = i.Method, Base = Base(path) };
            call.Headers = new Dictionary<string, string>(Headers);
            if (i.Form)
            {
                call.Headers["Content-Type"] = "application/x-www-form-urlencoded";
            }
            foreach (var f in request.AllFields())
            {
                string own = null;
                if (f.Place != "")
                {
                    Values.TryGetValue(f.Name, out own);
                }
                var text = Json.Plain(f, f.Get(request)) ?? own;
                var name = f.Sent == "" ? f.Name : f.Sent;
                switch (f.Place)
                {
                    case "path":
                        path = path.Replace("{" + f.Name + "}", Texts.Url(Texts.Utf8(text ?? ""), "-_.~", false));
                        break;
                    case "query":
                        parts.AddRange(text == null ? new string[0] : new[] { Escaped(name) + "=" + Escaped(text) });
                        break;
                    case "header":
                        if (text != null)
                        {
                            call.Headers[name] = text;
                        }
                        break;
                    case "cookie":
                        if (text != null)
                        {
                            string before;
                            call.Headers.TryGetValue("Cookie", out before);
                            call.Headers["Cookie"] = (before == null ? "" : before + "; ") + name + "=" + Texts.Url(Texts.Utf8(text), "-_.~", false);
                        }
                        break;
                    default:
                        rest.Add(f);
                        pairs.AddRange(text == null ? new string[0] : new[] { Escaped(f.Name) + "=" + Escaped(text) });
                        break;
                }
            }
            parts.AddRange(i.InQuery ? pairs : new List<string>());
            call.Payload = i.InQuery ? "" : i.Pairs ? string.Join("&", pairs) : Json.Carried(rest, request);
            call.Values = new Dictionary<string, string>(Values);
            if (Token() != "" && token != "")
            {
                call.Values[Token()] = token;
            }
            var full = HasPath() ? "" : call.Base + path;
            call.Url = server + (full == "" && !HasPath() ? "/" : full) + (parts.Count == 0 ? "" : "?" + string.Join("&", parts));
            return call;
        }

        /// <summary>The path of the server's URL, without the path of the interface where it is there already.</summary>
        private string Base(string path)
        {
            var segments = above.Split('/');
            var end = path.TrimEnd('/').Split('/').Skip(1).ToArray();
            var from = segments.Length - end.Length;
            var there = end.Length > 0 && from >= 1 && end.Select((one, n) => Texts.Starts(one, "{") || one == segments[from + n]).All(same => same);
            return there ? string.Join("/", segments.Take(from)) : above;
        }
    }
}
