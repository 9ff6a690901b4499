using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Jiekou
{
    /// <summary>Carries out what the test asks, a line of JSON each.</summary>
    internal static class Driver
    {
        private static readonly List<Message> Held = new List<Message>();

        private static void Main()
        {
            var stdout = new System.IO.StreamWriter(Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false)) { AutoFlush = true };
            var stdin = new System.IO.StreamReader(Console.OpenStandardInput(), System.Text.Encoding.UTF8);
            for (var line = stdin.ReadLine(); line != null; line = stdin.ReadLine())
            {
                var answer = new Dictionary<string, string>();
                try
                {
                    Answer(Tree.ParseJSON(Texts.Utf8(line)), answer);
                }
                catch (Exception e)
                {
                    answer["error"] = Quote(e.GetType().Name + ": " + e.Message);
                    answer["trace"] = Quote(e.ToString());
                }
                stdout.WriteLine("{" + string.Join(",", answer.Select(one => Quote(one.Key) + ":" + one.Value)) + "}");
            }
        }

        private static string Quote(string text)
        {
            return Texts.String(Tree.Quote(Texts.Utf8(text)));
        }

        private static string Text(Tree t, string name)
        {
            var found = t.Child(name);
            return found == null || found.Kind == Tree.Kinds.Null ? "" : Texts.String(found.Text);
        }

        private static Dictionary<string, string> Map(Tree t, string name)
        {
            var found = t.Child(name);
            return found == null ? new Dictionary<string, string>() : found.Items.ToDictionary(one => Texts.String(one.Name), one => Texts.String(one.Text));
        }

        private static Incoming Message(Tree m)
        {
            return new Incoming
            {
                Status = m.Child("status") == null ? 0 : int.Parse(Text(m, "status")), Method = Text(m, "method"), Url = Text(m, "url"), Headers = Map(m, "headers"),
                Body = Texts.Bytes(Texts.Unbase64(Text(m, "body"))),
            };
        }

        private static void Answer(Tree t, Dictionary<string, string> answer)
        {
            var p = (Protocol)Type.GetType("Jiekou." + Text(t, "module")).GetField("Protocol", BindingFlags.NonPublic | BindingFlags.Static).GetValue(null);
            var keys = Map(t, "keys");
            var now = long.Parse(Text(t, "now"));
            switch (Text(t, "do"))
            {
                case "seal":
                    var c = t.Child("call");
                    var sealed_ = p.Seal(
                        new Outgoing
                        {
                            App = Text(c, "app"), Cmd = Text(c, "interface"), Id = Text(c, "id"), Method = Text(c, "method") == "" ? "POST" : Text(c, "method"), Url = Text(c, "url"),
                            Headers = Map(c, "headers"), Payload = Text(c, "payload"), Body = Text(c, "body"), Values = Map(c, "values"),
                            Files = (c.Child("files")?.Items ?? new List<Tree>()).Select(f => new FilePart { Name = Text(f, "name"), Body = Convert.FromBase64String(Text(f, "body")), File = Text(f, "file"), Type = Text(f, "type") }).ToArray(),
                        },
                        keys, now);
                    Held.Add(sealed_);
                    Written(sealed_, answer);
                    break;
                case "open":
                    var v = p.Open(Held[int.Parse(Text(t, "handle"))], keys, Message(t.Child("message")), now);
                    answer["ok"] = v.Ok ? "true" : "false";
                    answer["code"] = Quote(v.Code);
                    answer["payload"] = Quote(v.Payload);
                    break;
                case "take":
                    Message m;
                    try
                    {
                        m = p.Take(Message(t.Child("message")), keys, Text(t, "app"), Text(t, "interface"), now);
                        answer["payload"] = Quote(Texts.String(m.Values["payload"]));
                    }
                    catch (ProtocolException e)
                    {
                        m = e.Taken;
                        answer["error"] = Quote(e.Message);
                    }
                    Held.Add(m);
                    answer["handle"] = (Held.Count - 1).ToString();
                    break;
                default:
                    var o = new Outcome { Ok = Text(t, "ok") == "true", Code = Text(t, "code"), Text = Text(t, "text"), Payload = Text(t, "payload") };
                    var written = p.Answer(Held[int.Parse(Text(t, "handle"))], o, keys, now);
                    if (written != null)
                    {
                        Written(written, answer);
                    }
                    break;
            }
        }

        private static void Written(Message m, Dictionary<string, string> answer)
        {
            answer["handle"] = (Held.Count - 1).ToString();
            answer["status"] = m.Status.ToString();
            answer["method"] = Quote(m.Method);
            answer["scheme"] = Quote(m.Scheme);
            answer["host"] = Quote(m.Host);
            answer["path"] = Quote(Texts.String(m.Path));
            answer["query"] = Quote(Texts.String(m.Query));
            answer["body"] = Quote(Texts.Base64(m.Body));
            answer["headers"] = "{" + string.Join(",", m.Headers.Select(one => Quote(one.Key) + ":" + Quote(Texts.String(one.Value)))) + "}";
        }
    }
}
