// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IX4PNVpnSessions, NodeAccount, Stream} from "../../../src/interfaces/IX4PNVpnSessions.sol";
import {Wallet} from "../../mocks/Wallet.sol";
import {Signing} from "../../utils/Signing.sol";

interface IWorldToken is IERC20 {
    function mint(address to, uint256 amount) external;
    function setBlocked(address account, bool yes) external;
}

/// @notice What the handlers act on. `sibling` is a second deployment beside `sessions`.
/// @param scale 10^(18 - the token's decimals).
/// @param gasless Whether the token has EIP-3009.
struct Stage {
    IX4PNVpnSessions sessions;
    IX4PNVpnSessions sibling;
    IWorldToken token;
    AccessManager authority;
    address admin;
    address guardian;
    uint256 scale;
    bool gasless;
}

/// @title Who takes part, and a model of the contract that computes in 256 bits from what the handlers did.
/// @dev After each action every stream, balance and account is compared with the model. Where they differ, the number of
/// the invariant that is broken is noted; the test reads the notes. The model takes nothing from the contract.
abstract contract World is Signing {
    struct Line {
        address user;
        address node;
        address sessionKey;
        uint256 sessionPk;
        bytes32 id;
    }

    /// @dev `seen` is what the contract said of `settled` the last time.
    struct Model {
        uint256 deposit;
        uint256 settled;
        uint256 stoppedAt;
        uint256 flags;
        uint256 seen;
    }

    uint256 public constant USERS = 3;
    uint256 public constant NODES = 3;
    uint256 public constant RELAYERS = 2;
    /// @dev Enough for every state at once; each is looked at after every action.
    uint256 internal constant MAX_LINES = 20;
    uint256 internal constant OPENED = 1;
    uint256 internal constant CLOSED = 3;
    uint256 internal constant BPS = 10_000;

    IX4PNVpnSessions public immutable SESSIONS;
    IX4PNVpnSessions internal immutable _SIBLING;
    IWorldToken public immutable TOKEN;
    uint256 internal immutable _WINDOW;
    uint256 internal immutable _CHAIN = block.chainid;

    Stage internal _stage;
    Line[] internal _lines;
    mapping(bytes32 id => Model) internal _model;
    mapping(address account => uint256) internal _free;
    mapping(address node => uint256) internal _earned;
    /// @dev The fee in the model: in force, next, and from when.
    uint256 internal _fee;
    uint256 internal _nextFee;
    uint256 internal _feeAt;
    /// @dev Kept, since to make an address of a key is slow.
    address[] internal _users;
    address[] internal _nodes;
    address[] internal _relayers;

    /// @notice Tokens that came in without a call to the contract.
    uint256 public donated;
    /// @notice What the handlers achieved, by name.
    mapping(string what => uint256) public reached;
    /// @notice Bit n is set when invariant n was seen broken.
    uint256 public broken;
    /// @notice The first thing seen of each broken invariant.
    mapping(uint256 number => string) public why;

    modifier watched() {
        _;
        _compare();
    }

    constructor(Stage memory stage) {
        _stage = stage;
        (SESSIONS, _SIBLING, TOKEN) = (stage.sessions, stage.sibling, stage.token);
        _WINDOW = SESSIONS.CHALLENGE_WINDOW();
        (_fee, _nextFee) = (SESSIONS.feeBps(), SESSIONS.feeBps());
        _users.push(vm.addr(_userKey(0)));
        // A key with code, as after EIP-7702, and a smart account.
        _users.push(vm.addr(_userKey(1)));
        vm.etch(_users[1], hex"00");
        _users.push(address(new Wallet(vm.addr(_userKey(2)))));
        for (uint256 i; i < NODES; ++i) {
            _nodes.push(vm.addr(nodeKey(i)));
        }
        for (uint256 i; i < RELAYERS; ++i) {
            _relayers.push(vm.addr(4001 + i));
        }
        for (uint256 i; i < USERS; ++i) {
            vm.startPrank(_users[i]);
            TOKEN.approve(address(SESSIONS), type(uint256).max);
            TOKEN.approve(address(_SIBLING), type(uint256).max);
            vm.stopPrank();
        }
    }

    function user(uint256 i) public view returns (address) {
        return _users[i % USERS];
    }

    /// @notice The key that signs for `user(i)`.
    function _userKey(uint256 i) internal pure returns (uint256) {
        return 1001 + i % USERS;
    }

    function _keyOf(address user_) internal view returns (uint256) {
        for (uint256 i; i < USERS; ++i) {
            if (_users[i] == user_) return _userKey(i);
        }
        revert("no such user");
    }

    function nodeKey(uint256 i) public pure returns (uint256) {
        return 2001 + i % NODES;
    }

    function _keyOfNode(address node_) internal view returns (uint256) {
        for (uint256 i; i < NODES; ++i) {
            if (node(i) == node_) return nodeKey(i);
        }
        revert("no such node");
    }

    function node(uint256 i) public view returns (address) {
        return _nodes[i % NODES];
    }

    function relayer(uint256 i) public view returns (address) {
        return _relayers[i % RELAYERS];
    }

    /// @notice What the contract owes to everybody, read from the contract alone.
    function owed() external view returns (uint256 sum) {
        sum = SESSIONS.treasuryBalance();
        for (uint256 i; i < _lines.length; ++i) {
            Stream memory stream = SESSIONS.stream(_lines[i].id);
            if (stream.flags == OPENED) sum += stream.deposit - stream.settled;
        }
        for (uint256 i; i < USERS; ++i) {
            sum += SESSIONS.balanceOf(_users[i]);
        }
        for (uint256 i; i < RELAYERS; ++i) {
            sum += SESSIONS.balanceOf(_relayers[i]);
        }
        for (uint256 i; i < NODES; ++i) {
            NodeAccount memory account = SESSIONS.nodeAccount(_nodes[i]);
            sum += uint256(account.balance) + account.pendingFees;
        }
    }

    function _broke(uint256 number, string memory how) internal {
        if (broken & (2 ** number) != 0) return;
        broken |= 2 ** number;
        why[number] = how;
    }

    function _reach(string memory what) internal {
        ++reached[what];
    }

    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _paused() internal view returns (bool) {
        return _now() < SESSIONS.inflowsPausedUntil();
    }

    /// @dev The fee in force, as the model has it.
    function _feeNow() internal view returns (uint256) {
        return _now() < _feeAt ? _fee : _nextFee;
    }

    /// @dev Some from each size that matters: dust, usual sums, sums for which 64 bits are too few.
    function _amount(uint256 seed) internal pure returns (uint256) {
        uint256 size = seed % 4;
        return 1 + (seed >> 2) % (size == 0 ? 200 : size == 3 ? 2 ** 86 : 1e10);
    }

    function _pick(uint256 which) internal view returns (Line memory line, bool any) {
        if (_lines.length == 0) return (line, false);
        return (_lines[which % _lines.length], true);
    }

    /// @dev A stream for which `flags` is 1, starting the search anywhere.
    function _pickLive(uint256 which) internal view returns (Line memory line, bool any) {
        for (uint256 i; i < _lines.length; ++i) {
            line = _lines[(which % _lines.length + i) % _lines.length];
            if (_model[line.id].flags == OPENED) return (line, true);
        }
        return (line, false);
    }

    function _addLine(address user_, address node_, uint256 sessionPk, uint256 deposit) internal {
        address sessionKey = vm.addr(sessionPk);
        bytes32 id = keccak256(abi.encodePacked(user_, node_, sessionKey));
        _lines.push(Line(user_, node_, sessionKey, sessionPk, id));
        _model[id] = Model({deposit: deposit, settled: 0, stoppedAt: 0, flags: OPENED, seen: 0});
    }

    /// @dev Whether the sessions contract refused `data` from `from`.
    function _refused(address from, bytes memory data) internal returns (bool) {
        vm.prank(from);
        (bool done,) = address(SESSIONS).call(data);
        return !done;
    }

    function _signFor(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(key, _digest(_domain("X4PN Sessions", _CHAIN, address(SESSIONS)), structHash));
    }

    /// @dev What the best receipt of this stream is worth now, not clamped.
    function _bestClaim(bytes32 id) internal view virtual returns (uint256);

    function _compare() private {
        for (uint256 i; i < _lines.length; ++i) {
            _compareLine(_lines[i].id);
        }
        for (uint256 i; i < USERS; ++i) {
            _compareFree(user(i));
        }
        for (uint256 i; i < RELAYERS; ++i) {
            _compareFree(relayer(i));
        }
        for (uint256 i; i < NODES; ++i) {
            NodeAccount memory account = SESSIONS.nodeAccount(_nodes[i]);
            if (account.balance != _earned[_nodes[i]]) _broke(10, "a node's balance is not the model's");
        }
        if (SESSIONS.feeBps() != _feeNow() || _feeNow() > 500) _broke(8, "the fee in force is not the announced one");
    }

    function _compareFree(address account) private {
        if (SESSIONS.balanceOf(account) != _free[account]) _broke(10, "a free balance is not the model's");
    }

    function _compareLine(bytes32 id) private {
        Stream memory stream = SESSIONS.stream(id);
        Model storage model = _model[id];
        if (stream.settled > stream.deposit) _broke(2, "settled above the deposit");
        if (stream.settled < model.seen) _broke(2, "settled fell");
        if (stream.settled > model.seen && stream.settled > _bestClaim(id)) _broke(3, "paid above the best claim");
        if (stream.settled < model.settled) _broke(6, "a valid claim was not paid in full");
        if (stream.settled > model.settled) _broke(model.flags == CLOSED ? 11 : 10, "settled is above the model's");
        if (stream.deposit < model.deposit) _broke(6, "a deposit fell");
        if (stream.deposit != model.deposit) _broke(10, "a deposit is not the model's");
        if (stream.stoppedAt != model.stoppedAt) _broke(6, "the second of the stop is not the model's");
        if (stream.flags != model.flags) _broke(model.flags == CLOSED ? 11 : 6, "a state is not the model's");
        model.seen = stream.settled;
    }
}
