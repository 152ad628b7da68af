// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Bond, IX4PNNodeBond, SlashCase} from "../../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNNodeRegistry} from "../../../src/interfaces/IX4PNNodeRegistry.sol";
import {Signing} from "../../utils/Signing.sol";

/// @title Operators, governance, strangers and time doing to three bonds whatever they may, nodes being succeeded and
/// changing hands meanwhile.
contract BondHandler is Signing {
    uint256 private constant LINES = 3;
    uint256 private constant OPERATORS = 2;

    IX4PNNodeRegistry public immutable REGISTRY;
    IX4PNNodeBond public immutable BONDS;
    IERC20 public immutable X4PN;
    address private immutable _ADMIN;

    /// @notice Sums over all bonds.
    uint256 public added;
    uint256 public takenOut;
    uint256 public slashed;
    /// @notice Set when a case froze more than its cap of the bond, or the cases of an epoch more than theirs of the
    /// largest bond there was at an opening.
    bool public overCap;

    /// @dev Each line's ids, the first and all successors.
    mapping(uint256 line => address[]) private _ids;
    uint256 private _keys = 50_000;
    mapping(uint256 line => mapping(uint256 epoch => uint256)) private _frozenInEpoch;
    mapping(uint256 line => mapping(uint256 epoch => uint256)) private _largestInEpoch;

    constructor(IX4PNNodeBond bonds, IERC20 x4pn, address admin) {
        BONDS = bonds;
        REGISTRY = IX4PNNodeRegistry(address(bonds));
        X4PN = x4pn;
        _ADMIN = admin;
        for (uint256 i; i < OPERATORS; ++i) {
            vm.prank(operator(i));
            x4pn.approve(address(bonds), type(uint256).max);
        }
    }

    function operator(uint256 i) public pure returns (address) {
        return vm.addr(60_000 + i % OPERATORS);
    }

    function lines() external pure returns (uint256) {
        return LINES;
    }

    /// @dev The handler cannot register: the test does, before the first call.
    function begin(uint256 line, address node) external {
        _ids[line].push(node);
    }

    /// @notice The last id of a line, which carries the bond.
    function head(uint256 line) public view returns (address) {
        address[] storage ids = _ids[line % LINES];
        return ids[ids.length - 1];
    }

    function wait_(uint256 time) external {
        skip(bound(time, 1 hours, 12 days));
    }

    function addBond(uint256 line, uint256 amount) external {
        address node = head(line);
        amount = bound(amount, 1, 1e21);
        vm.prank(REGISTRY.operatorOf(node));
        BONDS.addBond(node, amount);
        added += amount;
    }

    function startExit(uint256 line, uint256 amount) external {
        address node = head(line);
        Bond memory bond = BONDS.bondOf(node);
        if (bond.amount == 0) return;
        vm.prank(REGISTRY.operatorOf(node));
        BONDS.startExit(node, bound(amount, 1, bond.amount));
    }

    function finishExit(uint256 line) external {
        address node = head(line);
        Bond memory bond = BONDS.bondOf(node);
        if (bond.exiting == 0 || vm.getBlockTimestamp() < bond.exitAt || bond.amount == bond.frozen) return;
        address owner = REGISTRY.operatorOf(node);
        vm.prank(owner);
        takenOut += BONDS.finishExit(node, owner);
    }

    /// @dev By whichever id of the line, for however much.
    function openCase(uint256 line, uint256 which, uint256 amount) external {
        line = line % LINES;
        address node = _ids[line][which % _ids[line].length];
        if (BONDS.slashable(node) == 0) return;
        uint256 epoch = vm.getBlockTimestamp() / 30 days;
        uint256 before = BONDS.bondOf(head(line)).frozen;
        uint256 there = BONDS.bondOf(head(line)).amount;
        if (there > _largestInEpoch[line][epoch]) _largestInEpoch[line][epoch] = there;
        vm.prank(_ADMIN);
        BONDS.openCase(node, bound(amount, 1, type(uint256).max), "bafy");
        _frozenInEpoch[line][epoch] += BONDS.bondOf(head(line)).frozen - before;
        (uint256 caseBps, uint256 epochBps) = BONDS.slashCaps();
        if (_frozenInEpoch[line][epoch] > _largestInEpoch[line][epoch] * epochBps / 10_000) overCap = true;
        if (BONDS.slashCase(BONDS.slashCaseCount()).amount > there * caseBps / 10_000) overCap = true;
    }

    function objectTo(uint256 which) external {
        (uint256 id, SlashCase memory found) = _case(which);
        if (found.state != 1 || vm.getBlockTimestamp() >= found.executableAt) return;
        vm.prank(REGISTRY.operatorOf(BONDS.bondHolderOf(found.node)));
        BONDS.objectTo(id, "bafy");
    }

    function executeCase(uint256 which) external {
        (uint256 id, SlashCase memory found) = _case(which);
        uint256 time = vm.getBlockTimestamp();
        if (!_live(found) || time < found.executableAt || time >= found.executableAt + 7 days) return;
        vm.prank(_ADMIN);
        slashed += BONDS.executeCase(id);
    }

    function dismissCase(uint256 which) external {
        (uint256 id, SlashCase memory found) = _case(which);
        if (!_live(found)) return;
        vm.prank(_ADMIN);
        BONDS.dismissCase(id);
    }

    function releaseLapsed(uint256 which) external {
        (uint256 id, SlashCase memory found) = _case(which);
        if (!_live(found) || vm.getBlockTimestamp() < found.executableAt + 7 days) return;
        BONDS.releaseLapsed(id);
    }

    function succeed(uint256 line) external {
        line = line % LINES;
        address node = head(line);
        uint256 key = _keys++;
        address owner = REGISTRY.operatorOf(node);
        uint40 deadline = uint40(vm.getBlockTimestamp());
        bytes32 typeHash = keccak256("NodeConsent(address node,address operator,uint40 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, vm.addr(key), owner, deadline));
        bytes memory consent = _sign(key, _digest(REGISTRY.DOMAIN_SEPARATOR(), structHash));
        vm.prank(owner);
        REGISTRY.succeed(node, vm.addr(key), deadline, consent);
        _ids[line].push(vm.addr(key));
    }

    function changeHands(uint256 line, uint256 to) external {
        address node = head(line);
        vm.prank(REGISTRY.operatorOf(node));
        REGISTRY.transferOperator(node, operator(to));
        vm.prank(operator(to));
        REGISTRY.acceptOperator(node);
    }

    function setCaps(uint256 caseBps, uint256 epochBps) external {
        vm.prank(_ADMIN);
        BONDS.setSlashCaps(bound(caseBps, 0, 5_000), bound(epochBps, 0, 5_000));
    }

    /// @notice What open cases hold of a line's bond.
    function frozenBy(uint256 line) external view returns (uint256 sum) {
        address holder = head(line);
        uint256 count = BONDS.slashCaseCount();
        for (uint256 id = 1; id <= count; ++id) {
            SlashCase memory found = BONDS.slashCase(id);
            if (_live(found) && BONDS.bondHolderOf(found.node) == holder) sum += found.amount;
        }
    }

    function _live(SlashCase memory found) private pure returns (bool) {
        return found.state == 1 || found.state == 2;
    }

    function _case(uint256 which) private view returns (uint256 id, SlashCase memory found) {
        uint256 count = BONDS.slashCaseCount();
        if (count == 0) return (0, found);
        id = 1 + which % count;
        found = BONDS.slashCase(id);
    }
}
