using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Jiekou
{
    /// <summary>What the sender is answered.</summary>
    public sealed class Answer
    {
        /// <summary>The HTTP status.</summary>
        public int Status { get; internal set; }

        /// <summary>The headers.</summary>
        public IDictionary<string, string> Headers { get; internal set; }

        /// <summary>The body.</summary>
        public byte[] Body { get; internal set; }
    }

    /// <summary>What a handler gets beside the notification.</summary>
    public sealed class Delivery
    {
        /// <summary>The notification.</summary>
        public string Cmd { get; internal set; }

        /// <summary>The same whenever it is sent; empty: the protocol has none.</summary>
        public string Id { get; internal set; }
    }

    /// <summary>Knows which notifications were carried out. A table of your own outlives a restart.</summary>
    public interface ISeen
    {
        /// <summary>Whether an id was carried out.</summary>
        Task<bool> HasAsync(string id);

        /// <summary>Notes an id.</summary>
        Task AddAsync(string id);
    }

    /// <summary>
    /// Verifies notifications, calls the handlers, and answers. A handler that returns says that its effect is
    /// stored; one that throws gets the notification again.
    /// </summary>
    public abstract class ReceiverBase
    {
        private const long Week = 7L * 24 * 3600 * 1000;
        private const int Patience = 10000; // milliseconds that a copy waits for the one that is carried out

        private readonly string app;
        private readonly Dictionary<string, string> keys;
        private readonly Dictionary<string, Func<Message, Delivery, Func<Task>>> handlers = new Dictionary<string, Func<Message, Delivery, Func<Task>>>();
        private readonly Dictionary<string, long> used = new Dictionary<string, long>();
        private readonly SemaphoreSlim[] turns = Enumerable.Range(0, 64).Select(n => new SemaphoreSlim(1)).ToArray();

        /// <summary>The last 10,000 ids, in memory.</summary>
        private sealed class Memory : ISeen
        {
            private readonly HashSet<string> ids = new HashSet<string>();
            private readonly Queue<string> order = new Queue<string>();

            public Task<bool> HasAsync(string id)
            {
                lock (ids)
                {
                    return Task.FromResult(ids.Contains(id));
                }
            }

            public Task AddAsync(string id)
            {
                lock (ids)
                {
                    ids.Add(id);
                    order.Enqueue(id);
                    while (order.Count > 10000)
                    {
                        ids.Remove(order.Dequeue());
                    }
                }
                return Task.FromResult(true);
            }
        }

        /// <summary>Where it is kept what was carried out; in memory by default.</summary>
        public ISeen Seen { get; set; } = new Memory();

        /// <summary>The clock; the system's by default.</summary>
        public Func<DateTimeOffset> Clock { get; set; } = () => DateTimeOffset.UtcNow;

        /// <summary>How long a handler may take, 10 seconds by default. Then it goes on, and the sender is told to come again.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(Patience);

        /// <summary>Hears why a message was refused, or what a handler threw.</summary>
        public Action<string, Exception> Log { get; set; } = (cmd, why) => { };

        internal ReceiverBase(string app, IDictionary<string, string> keys)
        {
            this.app = app;
            this.keys = new Dictionary<string, string>(keys);
        }

        internal abstract Protocol Protocol();

        /// <summary>The one notification that there is, if there is one only.</summary>
        internal abstract string Only();

        /// <summary>What the ids of the sender begin with.</summary>
        internal abstract string Sender();

        internal abstract Intake Intake();

        internal void On<T>(string cmd, Func<T, Delivery, Task> handler) where T : Model, new()
        {
            handlers[cmd] = (taken, delivery) =>
            {
                var value = new T();
                Intake().Read(value, taken.Values["payload"], taken.Headers.ToDictionary(one => one.Key, one => Texts.String(one.Value)));
                return () => handler(value, delivery);
            };
        }

        /// <summary>Takes one message; url is its path with its query. It never throws: what is wrong is in the answer.</summary>
        public async Task<Answer> HandleAsync(string method, string url, IDictionary<string, string> headers, byte[] body)
        {
            var now = Clock().ToUnixTimeMilliseconds();
            Message taken = null;
            var outcome = new Outcome { Ok = true, Code = Codes.Success, Payload = "{}" };
            var marked = new List<string>();
            var outside = !Intake().Methods.Contains(method) ? "method" : body.Length > Intake().Body ? "size" : "";
            try
            {
                if (outside != "")
                {
                    // The answer to nobody who is known.
                    Protocol().Take(new Incoming { Method = "", Url = "", Headers = new Dictionary<string, string>(), Body = new byte[0] }, keys, app, Only(), now);
                    throw new Refusal(outside);
                }
                taken = Protocol().Take(new Incoming { Method = method, Url = url, Headers = headers, Body = body }, keys, app, Only(), now);
                Mark(taken, now, marked);
                if (taken.Echo == null)
                {
                    await CarryOut(taken).ConfigureAwait(false);
                }
            }
            catch (Exception e) // whatever it is, the sender is answered
            {
                var refusal = e as Refusal;
                var wrong = e as ProtocolException;
                taken = taken ?? wrong?.Taken;
                var rule = outside != "" ? outside : refusal != null ? refusal.Rule : wrong != null ? wrong.Refusal ?? "json" : "internal";
                outcome = Refused(rule, outside != "" ? "" : refusal != null ? refusal.Field : wrong != null ? wrong.Field : "");
                if (!outcome.Ok)
                {
                    Unmark(marked);
                }
                Log(taken == null ? "" : taken.Values["interface"], e);
                if (taken != null)
                {
                    taken.Echo = null;
                }
                taken = rule == "app" ? null : taken; // another sender learns nothing
            }
            return Answered(taken == null ? null : Protocol().Answer(taken, outcome, keys, now), outside != "" && (taken == null || !taken.Recognised) ? outside : "");
        }

        private Answer Answered(Message m, string outside)
        {
            var answer = new Answer { Status = 401, Headers = new Dictionary<string, string>(), Body = new byte[0] };
            if (m != null)
            {
                answer = new Answer { Status = m.Status, Headers = m.Headers, Body = Texts.Bytes(m.Body) };
            }
            if (outside == "method")
            {
                answer.Headers["Allow"] = string.Join(", ", Intake().Methods);
            }
            answer.Status = outside == "method" ? 405 : outside == "size" ? 413 : answer.Status;
            return answer;
        }

        private void Mark(Message taken, long now, List<string> marked)
        {
            lock (used)
            {
                foreach (var one in used.Where(entry => entry.Value < now).Select(entry => entry.Key).ToList())
                {
                    used.Remove(one);
                }
                foreach (var one in taken.Once)
                {
                    if (used.ContainsKey(one.Value))
                    {
                        throw new Refusal(one.Refusal);
                    }
                    used[one.Value] = now + (one.Keep == 0 ? Week : one.Keep);
                    marked.Add(one.Value);
                }
            }
        }

        private void Unmark(List<string> marked)
        {
            lock (used)
            {
                foreach (var one in marked)
                {
                    used.Remove(one);
                }
            }
        }

        private async Task CarryOut(Message taken)
        {
            var named = Texts.String(taken.Values["interface"]);
            var cmd = named == "" ? Only() : named;
            Func<Message, Delivery, Func<Task>> handler;
            if (!handlers.TryGetValue(cmd, out handler))
            {
                throw new Refusal("interface");
            }
            var delivery = new Delivery { Cmd = cmd, Id = taken.Named };
            var act = handler(taken, delivery);
            // Only the app itself gives such ids: it is a call of ours that somebody sends back.
            if (Sender() != "" && Texts.Starts(taken.Named, app) && !Texts.Starts(taken.Named, Sender()))
            {
                throw new Refusal("sid");
            }
            await InTime(cmd, () => taken.Named == "" ? act() : Once(cmd, taken.Named, act)).ConfigureAwait(false);
        }

        /// <summary>Waits for what it runs; what takes too long goes on, and its copy waits for it.</summary>
        private async Task InTime(string cmd, Func<Task> act)
        {
            var run = Task.Run(act);
            using (var over = new CancellationTokenSource())
            {
                if (await Task.WhenAny(run, Task.Delay(Timeout, over.Token)).ConfigureAwait(false) != run)
                {
                    LogLate(cmd, run);
                    throw new Refusal("unavailable"); // it comes again
                }
                over.Cancel();
            }
            await run.ConfigureAwait(false);
        }

        /// <summary>Nobody waits for it any more.</summary>
        private async void LogLate(string cmd, Task run)
        {
            try
            {
                await run.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Log(cmd, e);
            }
        }

        private async Task Once(string cmd, string id, Func<Task> act)
        {
            // Those with one id go one after the other.
            var turn = turns[(id.GetHashCode() & int.MaxValue) % turns.Length];
            if (!await turn.WaitAsync(Patience).ConfigureAwait(false))
            {
                throw new Refusal("unavailable"); // it comes again
            }
            try
            {
                if (await Seen.HasAsync(id).ConfigureAwait(false))
                {
                    throw new Refusal("repeated");
                }
                await act().ConfigureAwait(false);
                try
                {
                    await Seen.AddAsync(id).ConfigureAwait(false);
                }
                catch (Exception e) // its effect is there
                {
                    Log(cmd, e);
                }
            }
            finally
            {
                turn.Release();
            }
        }

        private static Outcome Refused(string rule, string field)
        {
            string[] code;
            string text;
            if (!Codes.Rules.TryGetValue(rule, out code) && (Codes.Texts.ContainsKey(rule) || !Codes.Rules.TryGetValue("internal", out code)))
            {
                code = new[] { rule, "" };
            }
            if (code[1] != "" || !Codes.Texts.TryGetValue(code[0], out text))
            {
                text = code[1];
            }
            return new Outcome { Ok = rule == "repeated", Code = code[0], Text = text.Replace("%s", field), Payload = "{}" };
        }
    }
}
