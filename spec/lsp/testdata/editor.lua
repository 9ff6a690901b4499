-- Opens a table with a misspelt type, waits for the finding, applies the fix, and
-- follows a name to its table. What it sees goes to the file OUT.
local seen = {}
local client = vim.lsp.start_client({ name = "jiekou", cmd = { vim.env.JIEKOU, "lsp", "--dir", vim.env.ROOT }, root_dir = vim.env.ROOT })
local function open(name)
  vim.cmd("edit! " .. vim.env.ROOT .. "/spec/" .. name)
  vim.lsp.buf_attach_client(0, client)
  vim.wait(10000, function() return vim.lsp.get_client_by_id(client).initialized end, 10)
end
local function ask(method, params)
  params.textDocument = vim.lsp.util.make_text_document_params()
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 10000) or {}) do return answer.result or {} end
  return {}
end
open("library/table/tag.yaml")
local row = vim.fn.search("^  book:") - 1
vim.api.nvim_buf_set_lines(0, row, row + 1, false, { "  book:     {type: strng, length: 16, required: true, label: 图书编号}" })
vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 10)
for _, d in ipairs(vim.diagnostic.get(0)) do table.insert(seen, d.code .. " " .. d.message:gsub("\n", " / ")) end
local line = { start = { line = row, character = 0 }, ["end"] = { line = row, character = 90 } }
for _, a in ipairs(ask("textDocument/codeAction", { range = line, context = { diagnostics = {} } })) do
  vim.lsp.util.apply_workspace_edit(a.edit, "utf-16")
end
vim.wait(10000, function() return #vim.diagnostic.get(0) == 0 end, 10)
table.insert(seen, #vim.diagnostic.get(0) .. " left:" .. vim.api.nvim_buf_get_lines(0, row, row + 1, false)[1])
open("library/book/book_list.yaml")
local at = vim.fn.search("- list: book")
for _, place in ipairs(ask("textDocument/definition", { position = { line = at - 1, character = 13 } })) do
  table.insert(seen, "definition " .. place.uri:match("spec/.*"))
end
vim.fn.writefile(seen, vim.env.OUT)
vim.cmd("qa!")
