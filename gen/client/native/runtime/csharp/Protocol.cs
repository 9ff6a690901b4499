using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>What a call sends before the protocol is applied.</summary>
    internal sealed class Outgoing
    {
        internal string App = "";
        internal string Cmd = "";
        internal string Frame = "";
        internal string Id = "";
        internal string Method = "POST";
        internal string Url = "";
        internal string Base = "";
        internal string Payload = "";
        internal string Body = "";
        internal FilePart[] Files = new FilePart[0];
        internal Dictionary<string, string> Headers = new Dictionary<string, string>();
        internal Dictionary<string, string> Values = new Dictionary<string, string>();
    }

    /// <summary>A message that came by HTTP.</summary>
    internal sealed class Incoming
    {
        internal int Status { get; set; }
        internal string Method = "";
        internal string Url = "";
        internal IDictionary<string, string> Headers { get; set; }
        internal byte[] Body { get; set; }
    }

    /// <summary>What a notification is answered.</summary>
    internal sealed class Outcome
    {
        internal bool Ok { get; set; }
        internal string Code = "";
        internal string Text = "";
        internal string Payload = "";
    }

    /// <summary>A form of requests, under its condition.</summary>
    internal sealed class Request
    {
        internal Func<Message, bool> When { get; set; }
        internal Func<Message, Message> Write { get; set; }
    }

    /// <summary>Carries out a protocol, whose lines are in Lines. Times are in milliseconds.</summary>
    internal sealed class Protocol
    {
        internal Dictionary<string, Func<string, object>> Keys = new Dictionary<string, Func<string, object>>();
        internal string[] Ids = new string[0];
        internal Request[] Requests = new Request[0];
        internal Func<Message, Verdict>[] Replies = new Func<Message, Verdict>[0];
        internal Arrival[] Arrivals = new Arrival[0];
        internal AnswerForm[] Answers = new AnswerForm[0];
        internal bool Trusts { get; set; }

        /// <summary>A secret, as its kind says: text, hex or base64.</summary>
        internal static string Secret(string kind, string text)
        {
            switch (kind)
            {
                case "hex":
                    return Texts.Unhex(Texts.Lower(text));
                case "base64":
                    return Texts.LooseBase64(text.Trim().TrimEnd('=').Replace('-', '+').Replace('_', '/'));
                default:
                    return Texts.Utf8(text);
            }
        }

        private void Unlock(Message m, IDictionary<string, string> keys, long now)
        {
            foreach (var one in Keys)
            {
                string text;
                if (!keys.TryGetValue(one.Key, out text) || string.IsNullOrEmpty(text))
                {
                    continue;
                }
                var key = one.Value(text);
                m.Values[one.Key] = key as string ?? "";
                m.Keys[one.Key] = key;
            }
            m.Now = now * 1000000;
        }

        private static void Aim(Message m, string method, string url)
        {
            var at = Regex.Match(url, "\\A(?:([a-z]+)://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?");
            m.Method = method;
            m.Scheme = at.Groups[1].Success ? at.Groups[1].Value : "https";
            m.Host = at.Groups[2].Value;
            m.Path = Texts.Utf8(at.Groups[3].Value);
            m.Query = Texts.Utf8(at.Groups[4].Value);
        }

        private static IEnumerable<KeyValuePair<string, string>> AsBytes(IEnumerable<KeyValuePair<string, string>> headers)
        {
            return headers.Select(one => new KeyValuePair<string, string>(one.Key, Texts.Utf8(one.Value)));
        }

        private static void Fill(Message m, params string[] pairs)
        {
            for (var i = 0; i < pairs.Length; i += 2)
            {
                m.Values[pairs[i]] = pairs[i + 1];
            }
        }

        private static string Number(long n)
        {
            return n.ToString(CultureInfo.InvariantCulture);
        }

        /// <summary>Writes the message of a call and protects it.</summary>
        internal Message Seal(Outgoing call, IDictionary<string, string> keys, long now)
        {
            var m = new Message { Sending = true, Base = call.Base, Body = Texts.Utf8(call.Body), Payload = Texts.Utf8(call.Payload) };
            Aim(m, call.Method, call.Url);
            m.Draft = m.Query;
            m.Files = call.Files;
            m.SetHeaders(AsBytes(call.Headers));
            foreach (var one in call.Values)
            {
                m.GivenValues[one.Key] = one.Value;
            }
            Unlock(m, keys, now);
            Fill(m, "now", Number(m.Now), "random", Texts.RandomBytes(32), "app", Texts.Utf8(call.App), "interface", Texts.Utf8(call.Cmd), "frame", Texts.Utf8(call.Frame), "payload", m.Payload,
                "id", call.Id == "" ? NewId(call.App, m.Now) : Texts.Utf8(call.Id), "method", m.Method, "scheme", m.Scheme, "host", m.Host, "path", m.Path, "body", m.Body);
            m.Bare.Add("payload");
            var fitting = Requests.FirstOrDefault(one => one.When(m)) ?? throw new ProtocolException("no request is declared for it");
            return fitting.Write(m);
        }

        /// <summary>An id that fits the patterns: the app, the time in China and five digits, without the end of the app where that is too long; else random.</summary>
        private string NewId(string app, long now)
        {
            var five = Texts.Big(Texts.RandomBytes(8)) % 100000;
            var rest = Clocks.FormatTime(Number(now), new[] { new[] { "yy", "MM", "dd", "HH", "mm", "ss" } }, 480) + five.ToString("00000", CultureInfo.InvariantCulture);
            for (var n = app.Length; n >= 0; n--)
            {
                var id = app.Substring(0, n) + rest;
                if (Ids.All(one => Texts.Fits(id, one)))
                {
                    return Texts.Utf8(id);
                }
            }
            return Texts.Hex(Texts.RandomBytes(16));
        }

        /// <summary>Verifies a reply and reads it. It throws where the reply is not the server's.</summary>
        internal Verdict Open(Message sent, IDictionary<string, string> keys, Incoming reply, long now)
        {
            ProtocolException why = null;
            foreach (var bare in new[] { false, true }) // a refusal that came before the call was proved repeats nothing of it
            {
                foreach (var read in Replies)
                {
                    var m = new Message { Scheme = "", Status = reply.Status, Body = Texts.Of(reply.Body), Call = sent, Early = bare };
                    m.SetHeaders(reply.Headers);
                    Unlock(m, keys, now);
                    Fill(m, "app", sent.Values["app"], "interface", bare ? "" : sent.Values["interface"], "frame", sent.Values["frame"], "body", m.Body, "path", "", "query", "", "method", "", "httpstatus", reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    try
                    {
                        var verdict = read(m);
                        if (!bare || !verdict.Ok)
                        {
                            return verdict;
                        }
                    }
                    catch (ProtocolException e)
                    {
                        why = why == null || !bare && why.Foreign && !e.Foreign ? e : why;
                    }
                }
            }
            throw why ?? new ProtocolException("no reply is declared");
        }

        private Message Arrived(Incoming message, IDictionary<string, string> keys, string app, string cmd, long now)
        {
            var m = new Message { Body = Texts.Of(message.Body) };
            Aim(m, message.Method, message.Url);
            m.SetHeaders(AsBytes(message.Headers));
            Unlock(m, keys, now);
            m.Host = m.Host == "" && m.Headers.ContainsKey("Host") ? m.Headers["Host"] : m.Host;
            Fill(m, "app", Texts.Utf8(app), "interface", Texts.Utf8(cmd), "frame", "", "method", m.Method, "scheme", m.Scheme, "host", m.Host, "path", m.Path, "query", m.Query, "body", m.Body);
            m.Urls();
            return m;
        }

        /// <summary>Verifies a notification. What it throws has the message as far as it was read.</summary>
        internal Message Take(Incoming message, IDictionary<string, string> keys, string app, string cmd, long now)
        {
            foreach (var arrival in Arrivals)
            {
                var m = Arrived(message, keys, app, cmd, now);
                foreach (var name in arrival.Bound)
                {
                    m.Values.Remove(name);
                }
                if (!arrival.When(m))
                {
                    continue;
                }
                try
                {
                    arrival.Read(m);
                    if (!arrival.Later(m))
                    {
                        continue;
                    }
                    m.Recognised = m.Proved = true;
                    arrival.Guard(m);
                }
                catch (ProtocolException e)
                {
                    if (arrival.Asks && !m.Proved)
                    {
                        continue; // it does not have what the form asks for
                    }
                    m.Recognised = e.Refusal != null;
                    e.Taken = m;
                    throw;
                }
                m.Held = true;
                m.Echo = arrival.Echo;
                m.Named = arrival.Named == "" ? "" : Texts.String(m.Values.Maybe(arrival.Named) ?? "");
                return m;
            }
            throw new ProtocolException("the message has another form", "json") { Taken = Arrived(message, keys, app, cmd, now) };
        }

        private AnswerForm Fitting(Message m, bool ok, bool known)
        {
            return Answers.FirstOrDefault(a => (known || a.Outcomes.Contains("unknown")) && a.Codes.All(one => Message.Glob(one, m.Values["code"]))
                && a.Outcomes.All(one => one == "success" ? ok : one == "failure" ? !ok && known : !known) && a.When(m));
        }

        /// <summary>Writes the answer to a notification. Null: the protocol has none for a sender who is not known.</summary>
        internal Message Answer(Message taken, Outcome o, IDictionary<string, string> keys, long now)
        {
            var m = new Message { Sending = true, Payload = Texts.Utf8(o.Payload), Call = taken };
            Unlock(m, keys, now);
            Fill(m, "now", Number(m.Now), "random", Texts.RandomBytes(32), "app", taken.Values["app"], "interface", taken.Values["interface"], "frame", "", "payload", m.Payload,
                "id", Texts.Hex(Texts.RandomBytes(16)), "code", Texts.Utf8(o.Code), "text", Texts.Utf8(o.Text), "method", "", "scheme", "https", "host", "", "path", "", "body", "");
            m.Bare.Add("payload");
            var one = taken.Echo ?? Fitting(m, o.Ok, taken.Recognised);
            if (one != null && one.Seals && !o.Ok && !taken.Proved && !Trusts)
            {
                one = Fitting(m, false, false) ?? one;
            }
            if (one == null)
            {
                return null;
            }
            foreach (var c in (o.Ok ? one.Failure : one.Success).Where(c => !c.Builtin))
            {
                m.Set(c.At, "");
                m.Absent.Add(c.At);
            }
            foreach (var c in (o.Ok ? one.Success : one.Failure).Where(c => c.Texts.Length > 0 && c.Texts.All(text => text.Text != m.Values.Maybe(c.At))))
            {
                m.Set(c.At, c.Texts[0].Text, c.Texts[0].Json);
            }
            one.Write(m);
            m.Status = new[] { o.Code, o.Ok ? "success" : o.Code, "*" }.SelectMany(code => one.Status.Where(s => s.Code == code)).Select(s => s.Status).FirstOrDefault();
            m.Status = m.Status == 0 ? 200 : m.Status;
            return m;
        }
    }
}
